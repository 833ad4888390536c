import type { Feature } from '@slicecast/contracts';
import { isCounter } from '@slicecast/ima/domain/counter.ts';
import { featureValue } from '@slicecast/stats';
import { maxAgeSteps, type Rows, type Samples } from './lay-rows.ts';

type Metric = Samples['metrics'][number];

/** A rate is taken over so many of X's steps, and over a quarter of a minute at least, as it is live. */
const windowSteps = 4;
const shortestWindowMs = 15_000;

/**
 * The feature that a metric enters as, found from the samples before row `end` alone: a counter by its
 * rate, anything else as it is.
 */
export function featureOf(rows: Rows, { name, values }: Metric, end: number): Feature {
  const { at, stepMs } = rows.samples;
  const known = values.subarray(0, samplesBefore(at, rows.at[end] ?? Number.POSITIVE_INFINITY));
  const counts = isCounter(name, known);
  return {
    series: name,
    labels: { __name__: name },
    transform: counts ? 'rate' : 'raw',
    windowMs: counts ? Math.max(shortestWindowMs, windowSteps * stepMs) : 0,
    maxAgeMs: Math.ceil(maxAgeSteps * stepMs),
  };
}

/** The feature's value at rows [0, end), each from samples at or before it; NaN where it is missing. */
export function featureColumn(
  rows: Rows,
  metric: Metric,
  feature: Feature,
  end: number,
): Float64Array {
  const { at, values } = measured(rows.samples.at, metric.values);
  return rows.at.subarray(0, end).map((instant) => {
    const { value } = featureValue(at, values, at.length, instant, feature);
    return value ?? Number.NaN;
  });
}

/** The samples that are there: an empty cell is no sample. */
function measured(at: Float64Array, values: Float64Array) {
  if (!values.some(Number.isNaN)) return { at, values };
  const there = (_: number, index: number) => !Number.isNaN(values[index] ?? Number.NaN);
  return { at: at.filter(there), values: values.filter(there) };
}

function samplesBefore(at: Float64Array, instant: number): number {
  const index = at.findIndex((each) => each >= instant);
  return index < 0 ? at.length : index;
}
