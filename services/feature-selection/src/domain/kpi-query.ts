import type { Feature } from '@slicecast/contracts';

/** PromQL of the feature: `name{label="value",…}`, or its rate. */
export function kpiQuery({ labels, transform, windowMs }: Feature): string {
  const { __name__: name = '', ...others } = labels;
  const plain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
  const matchers = Object.keys(others)
    .sort()
    .map((label) => `${labelName(label)}=${quote(others[label] ?? '')}`);
  // Prometheus 3 knows names beyond the classic letters; they stand quoted among the matchers.
  if (!plain && name !== '') matchers.unshift(quote(name));
  const selector = `${plain ? name : ''}{${matchers.join(',')}}`;
  return transform === 'rate' ? `rate(${selector}[${windowMs}ms])` : selector;
}

function labelName(label: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) ? label : quote(label);
}

function quote(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `"${escaped}"`;
}
