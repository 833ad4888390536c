import type { Labels } from '@slicecast/contracts';

/** A PromQL selector of exactly this series: `name{label="value",…}`, labels in order. */
export function selectorOf(labels: Labels): string {
  const { __name__: name = '', ...others } = labels;
  const matchers = Object.keys(others)
    .sort()
    .map((label) => `${label}=${quote(others[label] ?? '')}`);
  return matchers.length === 0 ? name : `${name}{${matchers.join(',')}}`;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
