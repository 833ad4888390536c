import type { Labels } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import type { SampledSeries } from '../ports.ts';

/** The data of `label/…/values`. */
export function readNames(data: unknown, sourceName: string): string[] {
  if (!Array.isArray(data)) throw unexpected(sourceName, 'a list of names');
  return data.filter((name) => typeof name === 'string');
}

/** The data of `series`. */
export function readLabelSets(data: unknown, sourceName: string): Labels[] {
  if (!Array.isArray(data)) throw unexpected(sourceName, 'a list of label sets');
  return data.map((labels) => readLabels(labels, sourceName));
}

/** The data of `query` and `query_range`: a matrix, a vector (one sample each) or a scalar. */
export function readSeriesList(data: unknown, sourceName: string): SampledSeries[] {
  if (!isObject(data)) throw unexpected(sourceName, 'a result');
  const { resultType, result } = data;
  if (!Array.isArray(result)) throw unexpected(sourceName, 'a result');
  if (resultType === 'scalar') return [{ labels: {}, ...readSamples([result], sourceName) }];
  if (resultType !== 'matrix' && resultType !== 'vector') {
    throw unexpected(sourceName, 'a matrix, a vector or a scalar');
  }
  return result.map((series: unknown) => {
    if (!isObject(series)) throw unexpected(sourceName, 'a series');
    // A series of native histograms alone has neither: it has no number to offer.
    const pairs = resultType === 'matrix' ? series.values : series.value && [series.value];
    const labels = readLabels(series.metric, sourceName);
    return { labels, ...readSamples(Array.isArray(pairs) ? pairs : [], sourceName) };
  });
}

function readSamples(pairs: readonly unknown[], sourceName: string) {
  const times = new Array<number>(pairs.length);
  const values = new Array<number>(pairs.length);
  pairs.forEach((pair, index) => {
    const [seconds, text]: unknown[] = Array.isArray(pair) ? pair : [];
    if (typeof seconds !== 'number') throw unexpected(sourceName, 'pairs of time and value');
    const at = Math.round(seconds * 1000);
    times[index] = at;
    values[index] = readValue(text);
  });
  return { times, values };
}

/** Numbers come as text; `NaN`, `+Inf` and `-Inf` are possible. */
function readValue(text: unknown): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return typeof text === 'string' && text !== '' ? Number(text) : Number.NaN;
}

function readLabels(labels: unknown, sourceName: string): Labels {
  if (!isObject(labels)) throw unexpected(sourceName, 'labels');
  for (const value of Object.values(labels)) {
    if (typeof value !== 'string') throw unexpected(sourceName, 'labels that are text');
  }
  // Checked just above: every value is a string.
  return labels as Labels;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unexpected(sourceName: string, wanted: string): AppError {
  return new AppError(`source ${sourceName} did not answer with ${wanted}`, {
    status: 502,
    code: 'prometheus-malformed',
    retriable: true,
  });
}
