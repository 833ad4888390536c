import { compareCodePoints, type Labels } from '@slicecast/contracts';
import { escapeRegex } from './promql.ts';

/** A rule of Prometheus' `metric_relabel_configs` or `write_relabel_configs`. */
export interface RelabelRule {
  readonly source_labels?: readonly string[];
  readonly regex: string;
  readonly replacement?: string;
  readonly action: 'keep' | 'drop' | 'labelmap' | 'labeldrop';
}

/** Prometheus joins the source labels by it unless told otherwise. */
const separator = ';';
/** Prometheus keeps no label that begins so; what is not listed is copied under it. */
const further = '__further';

/** Keeps these metrics at any labels. */
export function keepNames(series: readonly Labels[]): RelabelRule {
  const names = distinct(series.map(({ __name__ }) => __name__ ?? ''));
  return {
    source_labels: ['__name__'],
    regex: names.map(escapeRegex).join('|'),
    action: 'keep',
  };
}

/** Keeps the series with these values of these labels; what they have beside them is not looked at. */
export function keepSeries(series: readonly Labels[], labels: readonly string[]): RelabelRule {
  const rows = series.map((set) =>
    labels.map((name) => escapeRegex(set[name] ?? '')).join(separator),
  );
  return { source_labels: labels, regex: distinct(rows).join('|'), action: 'keep' };
}

/**
 * Drops the series that have any label but these. No rule of Prometheus matches "every other label": all are copied
 * under a prefix, those listed are taken out, and a series with a copy left is dropped.
 */
export function dropFurtherLabels(labels: readonly string[]): readonly RelabelRule[] {
  const listed = labels.map(escapeRegex).join('|');
  return [
    { regex: '(.+)', replacement: `${further}_$1`, action: 'labelmap' },
    { regex: `${further}_(${listed})`, action: 'labeldrop' },
    { regex: `${further}_.+`, replacement: further, action: 'labelmap' },
    { source_labels: [further], regex: '.+', action: 'drop' },
  ];
}

/** Names of all labels of the series, sorted. */
export function labelNames(series: readonly Labels[]): readonly string[] {
  return distinct(series.flatMap((set) => Object.keys(set)));
}

/** Sorted, each once, without the empty text. */
export function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter((text) => text !== '').sort(compareCodePoints);
}
