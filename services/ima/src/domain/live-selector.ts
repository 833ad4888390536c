import type { Labels } from '@slicecast/contracts';
import { escapeRegex, promqlString, selectorOf } from './promql.ts';

/**
 * One PromQL selector that finds all the given series, and not many more: an alternation over the
 * values of every label that all of them carry. What it finds beside them is left by series hash.
 * `confinement` are further matchers, as the source's `instance=~"…"`, without braces; may be empty.
 */
export function liveSelector(series: readonly Labels[], confinement: string): string {
  const first = series[0];
  if (first === undefined) throw new RangeError('a selector needs at least one series');
  const shared = Object.keys(first)
    .filter((name) => series.every((labels) => labels[name] !== undefined))
    .sort();
  return selectorOf([...shared.map((name) => alternation(name, series)), confinement]);
}

function alternation(name: string, series: readonly Labels[]): string {
  const values = [...new Set(series.map((labels) => labels[name] ?? ''))].sort();
  const [only] = values;
  if (values.length === 1 && only !== undefined) return `${name}=${promqlString(only)}`;
  return `${name}=~${promqlString(values.map(escapeRegex).join('|'))}`;
}

/** Whether the query is a plain series selector, whose samples have times of their own. */
export function isPlainSelector(query: string): boolean {
  return /^\s*(?:[a-zA-Z_:][a-zA-Z0-9_:]*\s*(?:\{[^{}]*\})?|\{[^{}]*\})\s*$/.test(query);
}
