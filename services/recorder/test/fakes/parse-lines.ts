/** A point as the server understands it. */
export interface ParsedPoint {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, number | string | boolean>>;
  readonly at: number;
}

/**
 * Line protocol read as models/points.go of InfluxDB reads it: a separator ends a name unless a backslash
 * stands before it, line ends end a line unless quoted. Throws with the server's words.
 */
export function parseLines(body: string): ParsedPoint[] {
  const reader = { body, at: 0 };
  const points: ParsedPoint[] = [];
  while (reader.at < body.length) {
    if (body[reader.at] === '#') throw new Error('unable to parse: a comment');
    points.push(parsePoint(reader));
    if (reader.at < body.length && body[reader.at] !== '\n')
      throw new Error('unable to parse: bad timestamp');
    reader.at += 1;
  }
  return points;
}

interface Reader {
  readonly body: string;
  at: number;
}

function parsePoint(reader: Reader): ParsedPoint {
  const measurement = unescaped(until(reader, ', '), /\\([, ])/g);
  if (measurement === '') throw new Error('unable to parse: missing measurement');
  const tags: [string, string][] = [];
  while (reader.body[reader.at] === ',') {
    reader.at += 1;
    const key = unescaped(until(reader, '='), /\\([,= ])/g);
    reader.at += 1;
    const text = until(reader, ', =');
    if (key === '' || text === '') throw new Error('unable to parse: missing tag key or value');
    if (reader.body[reader.at] === '=') throw new Error('unable to parse: invalid tag format');
    tags.push([key, unescaped(text, /\\([,= ])/g)]);
  }
  const fields: Record<string, number | string | boolean> = {};
  do {
    reader.at += 1;
    const key = unescaped(until(reader, '='), /\\([,= ])/g);
    reader.at += 1;
    fields[key] = fieldValue(reader);
  } while (reader.body[reader.at] === ',');
  reader.at += 1;
  const digits = /^\d+/.exec(reader.body.slice(reader.at, reader.at + 20))?.[0] ?? '';
  reader.at += digits.length;
  if (digits === '') throw new Error('unable to parse: bad timestamp');
  return { measurement, tags: Object.fromEntries(tags), fields, at: Number(digits) };
}

function until(reader: Reader, separators: string): string {
  const from = reader.at;
  for (; reader.at < reader.body.length; reader.at += 1) {
    const character = reader.body[reader.at] ?? '';
    if (character === '\n') throw new Error('unable to parse: missing fields');
    if (separators.includes(character) && reader.body[reader.at - 1] !== '\\') break;
  }
  return reader.body.slice(from, reader.at);
}

function fieldValue(reader: Reader): number | string | boolean {
  if (reader.body[reader.at] === '"') return quoted(reader);
  const text = until(reader, ', ');
  if (text === 'true' || text === 'false') return text === 'true';
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?i?$/.test(text))
    throw new Error('unable to parse: invalid number');
  return Number(text.replace(/i$/, ''));
}

function quoted(reader: Reader): string {
  let text = '';
  for (reader.at += 1; reader.at < reader.body.length; reader.at += 1) {
    const character = reader.body[reader.at] ?? '';
    if (character === '"') {
      reader.at += 1;
      return text;
    }
    if (character === '\\' && /["\\]/.test(reader.body[reader.at + 1] ?? '')) reader.at += 1;
    text += reader.body[reader.at];
  }
  throw new Error('unable to parse: unbalanced quotes');
}

function unescaped(text: string, escapes: RegExp): string {
  return text.replaceAll(escapes, '$1');
}
