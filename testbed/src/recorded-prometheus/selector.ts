import type { Labels } from '@slicecast/contracts';

interface Matcher {
  readonly label: string;
  readonly matches: (value: string) => boolean;
}

/** A series selector, with the range of a range selector. */
export interface Selector {
  readonly matchers: readonly Matcher[];
  /** Seconds; undefined for an instant vector. */
  readonly rangeSeconds: number | undefined;
}

/** What is no selector; the message is in Prometheus' manner. */
export class BadQuery extends Error {}

const namePattern = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)?\s*/;
const matcherPattern =
  /^\s*(?:([a-zA-Z_][a-zA-Z0-9_]*)|"((?:[^"\\]|\\.)*)")\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*(,|(?=\}))/;
const rangePattern = /^\s*\[((?:[0-9]+(?:ms|[smhd]))+)\]\s*$/;

/** The part of PromQL that IMA speaks: `name{label="value",…}[duration]`. Throws BadQuery for the rest. */
export function parseSelector(text: string): Selector {
  const name = namePattern.exec(text);
  let rest = text.slice(name?.[0].length ?? 0);
  const matchers: Matcher[] = [];
  if (name?.[1] !== undefined) matchers.push(matcher('__name__', '=', name[1]));
  if (rest.startsWith('{')) {
    rest = rest.slice(1);
    for (let found = matcherPattern.exec(rest); found !== null; found = matcherPattern.exec(rest)) {
      const [whole, bare, quoted, operator = '=', literal = '""'] = found;
      matchers.push(matcher(bare ?? unescapeText(quoted ?? ''), operator, unquote(literal)));
      rest = rest.slice(whole.length);
    }
    if (!/^\s*\}/.test(rest)) throw badQuery(text);
    rest = rest.replace(/^\s*\}/, '');
  }
  const range = rangePattern.exec(rest);
  if (matchers.length === 0 || (range === null && rest.trim() !== '')) throw badQuery(text);
  return { matchers, rangeSeconds: range === null ? undefined : parseDuration(range[1] ?? '') };
}

export function selects({ matchers }: Selector, labels: Labels): boolean {
  return matchers.every(({ label, matches }) => matches(labels[label] ?? ''));
}

/** `1h30m`, `90s`, `500ms` in seconds; NaN for anything else. */
export function parseDuration(text: string): number {
  if (!/^(?:[0-9]+(?:ms|[smhd]))+$/.test(text)) return Number.NaN;
  const units: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/([0-9]+)(ms|[smhd])/g)) {
    seconds += Number(count) * (units[unit ?? ''] ?? Number.NaN);
  }
  return seconds;
}

function matcher(label: string, operator: string, value: string): Matcher {
  if (operator === '=') return { label, matches: (found) => found === value };
  if (operator === '!=') return { label, matches: (found) => found !== value };
  const pattern = anchored(value);
  const positive = operator === '=~';
  return { label, matches: (found) => pattern.test(found) === positive };
}

function anchored(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    throw new BadQuery(`error parsing regexp: ${pattern}`);
  }
}

function unquote(literal: string): string {
  return unescapeText(literal.slice(1, -1));
}

function unescapeText(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}

function badQuery(text: string): BadQuery {
  return new BadQuery(
    `parse error: not a series selector that this recorded server knows: ${text}`,
  );
}
