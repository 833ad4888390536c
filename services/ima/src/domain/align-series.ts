import { type FeatureRule, featureValue } from '@slicecast/stats';

/** A feature on the clock of a profile. */
export interface AlignedColumn {
  /** One cell a tick; NaN where there is no usable value. */
  readonly values: Float64Array;
  /** Cells with a value. */
  readonly present: number;
  /** How long the value stood still at the longest, ms. */
  readonly longestUnchangedMs: number;
}

/** Puts a series on the ticks, each cell by the one definition of a feature's value. Cost: O(ticks × look-up). */
export function alignSeries(
  series: { readonly times: ArrayLike<number>; readonly values: ArrayLike<number> },
  ticks: Float64Array,
  rule: FeatureRule,
): AlignedColumn {
  const count = series.times.length;
  const values = ticks.map(
    (at) => featureValue(series.times, series.values, count, at, rule).value ?? Number.NaN,
  );
  const present = values.filter(Number.isFinite).length;
  return { values, present, longestUnchangedMs: longestUnchanged(series) };
}

/** The longest run of equal samples, from its first sample to its last, ms. */
function longestUnchanged(series: {
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}): number {
  let longest = 0;
  let since = series.times[0] ?? 0;
  for (let index = 1; index < series.times.length; index += 1) {
    const at = series.times[index] ?? 0;
    if (series.values[index] === series.values[index - 1]) longest = Math.max(longest, at - since);
    else since = at;
  }
  return Math.round(longest);
}
