import type { Labels } from '@slicecast/contracts';

/** A PromQL string literal. */
export function promqlString(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** The text as a regular expression that matches it alone; RE2 reads the same escapes. */
export function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

/** Finds exactly one series, and those that carry further labels: they are told apart by hash. */
export function exactSelector(labels: Labels, confinement: string): string {
  const matchers = Object.keys(labels)
    .sort()
    .map((name) => `${labelName(name)}=${promqlString(labels[name] ?? '')}`);
  return selectorOf([...matchers, confinement]);
}

/** Finds every series of these metrics inside the confinement. */
export function namesSelector(names: readonly string[], confinement: string): string {
  const [only] = names;
  const matcher =
    names.length === 1 && only !== undefined
      ? `__name__=${promqlString(only)}`
      : `__name__=~${promqlString(names.map(escapeRegex).join('|'))}`;
  return selectorOf([matcher, confinement]);
}

export function selectorOf(matchers: readonly string[]): string {
  return `{${matchers.filter((matcher) => matcher !== '').join(',')}}`;
}

/** Prometheus 3 knows label names beyond the classic letters; they are quoted. */
function labelName(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : promqlString(name);
}
