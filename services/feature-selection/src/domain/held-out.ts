import { dot, leastAbsoluteDeviations, median, sortedQuantile } from '@slicecast/stats';

/** A column made ready: robustly scaled, clipped, its missing cells at the median. */
export type ScaledColumn = Float64Array;

/** Rows of the KPI to be forecast, thinned out, with the blocks on which a forecast is judged. */
export interface HeldOut {
  /** Target on a scale where errors are judged, a row each; NaN where it is missing. */
  readonly target: Float64Array;
  /** Row in the given series of each target's origin. */
  readonly origins: Int32Array;
  /** Train on rows before `end`, judge on [end, until). */
  readonly folds: readonly { readonly end: number; readonly until: number }[];
}

/** More rows only cost time: load moves slowly. */
const mostRows = 2400;
const foldCount = 4;
const firstShare = 0.4;

export function prepareHeldOut(kpi: Float64Array, horizonSteps: number): HeldOut {
  const origins: number[] = [];
  const thin = Math.max(1, Math.ceil((kpi.length - horizonSteps) / mostRows));
  for (let i = 0; i + horizonSteps < kpi.length; i += thin) {
    if (Number.isFinite(kpi[i + horizonSteps])) origins.push(i);
  }
  const target = onErrorScale(Float64Array.from(origins, (i) => kpi[i + horizonSteps] ?? 0));
  const cut = (k: number) =>
    Math.floor(target.length * (firstShare + ((1 - firstShare) * k) / foldCount));
  return {
    target,
    origins: Int32Array.from(origins),
    folds: Array.from({ length: foldCount }, (_, k) => ({ end: cut(k), until: cut(k + 1) })),
  };
}

/** Logarithms where the KPI is always positive, so that a peak does not outweigh everything. */
function onErrorScale(kpi: Float64Array): Float64Array {
  return kpi.every((value) => value > 0) ? kpi.map(Math.log) : kpi;
}

const clipSpreads = 3;

export function scaleColumn(values: Float64Array, { origins }: HeldOut): ScaledColumn {
  const picked = Float64Array.from(origins, (origin) => values[origin] ?? Number.NaN);
  const sorted = picked.filter(Number.isFinite).sort();
  const centre = sortedQuantile(sorted, 0.5);
  const spread = (sortedQuantile(sorted, 0.9) - sortedQuantile(sorted, 0.1)) / 2;
  if (!(spread > 0)) return new Float64Array(picked.length);
  return picked.map((value) => {
    if (!Number.isFinite(value)) return 0;
    return Math.max(-clipSpreads, Math.min(clipSpreads, (value - centre) / spread));
  });
}

/** Absolute errors at the judged rows, fold after fold. */
export type Errors = Float64Array;

/** Errors of knowing nothing: the median of the rows before. */
export function errorsOfMedian({ target, folds }: HeldOut): Errors {
  return joinFolds(folds, ({ end, until }) => {
    const middle = median(target.subarray(0, end));
    return target.subarray(end, until).map((actual) => Math.abs(actual - middle));
  });
}

/**
 * Errors of forecasting by these columns: least absolute deviations on each column and its square,
 * fitted anew at each fold on the rows before it. `shift` turns the columns against the target, for
 * surrogates that keep a column's shape and lose its meaning.
 */
export function errorsOf(
  columns: readonly ScaledColumn[],
  { target, folds }: HeldOut,
  shift = 0,
): Errors {
  const n = target.length;
  const p = 1 + 2 * columns.length;
  const x = new Float64Array(n * p);
  for (let i = 0; i < n; i += 1) {
    x[i * p] = 1;
    columns.forEach((column, c) => {
      const value = column[(i + shift) % n] ?? 0;
      x[i * p + 1 + 2 * c] = value;
      x[i * p + 2 + 2 * c] = value * value;
    });
  }
  return joinFolds(folds, ({ end, until }) => {
    const beta = leastAbsoluteDeviations(x.subarray(0, end * p), target.slice(0, end), p, {
      lambda: 0.002 * end,
      iterations: 6,
    });
    return target
      .subarray(end, until)
      .map((actual, k) => Math.abs(actual - dot(x, (end + k) * p, beta)));
  });
}

export function meanOf(errors: Errors): number {
  return errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length);
}

function joinFolds(
  folds: HeldOut['folds'],
  errorsIn: (fold: HeldOut['folds'][number]) => Float64Array,
): Errors {
  const parts = folds.map(errorsIn);
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const errors of parts) {
    all.set(errors, at);
    at += errors.length;
  }
  return all;
}
