import type { PairedFigures } from '@slicecast/stats';
import { type Errors, errorsOf } from './errors.ts';
import { type Estimated, estimateRatio, type Sampling } from './estimate.ts';

/** A model's medians and what came, in one fold. */
export interface Medians {
  readonly medians: Float64Array;
  readonly actuals: Float64Array;
}

export interface ModelScore extends Errors {
  /** Bounds of the NMAE; null with it. */
  readonly nmaeBounds: { readonly lower: number; readonly upper: number } | null;
}

/** Means over the folds; null when it had no forecast in one of them. */
export function scoreModel(folds: readonly Medians[], sampling: Sampling): ModelScore | null {
  const each = folds.flatMap(({ medians, actuals }) => errorsOf(medians, actuals) ?? []);
  if (each.length === 0 || each.length < folds.length) return null;
  const mean = (of: (errors: Errors) => number) =>
    each.reduce((sum, errors) => sum + of(errors), 0) / each.length;
  const known = each.every(({ nmae }) => nmae !== null);
  const estimated = known ? nmaeOf(folds, sampling) : null;
  return {
    mae: mean(({ mae }) => mae),
    rmse: mean(({ rmse }) => rmse),
    r2: mean(({ r2 }) => r2),
    nmae: estimated?.value ?? null,
    nmaeBounds: estimated && { lower: estimated.lower, upper: estimated.upper },
  };
}

function nmaeOf(folds: readonly Medians[], sampling: Sampling): Estimated | null {
  const pairs = folds.map(({ medians, actuals }) => ({
    a: medians.map((median, i) => Math.abs(median - (actuals[i] ?? Number.NaN))),
    b: actuals,
  }));
  const known = estimateRatio(pairs.map(whereKnown), sampling);
  // MAE over |mean|, not over the mean: a KPI may be negative throughout.
  if (known === null || known.value >= 0) return known;
  return { value: -known.value, lower: -known.upper, upper: -known.lower };
}

/** How much smaller one model's errors are than another's, as a share: 1 − MAE / MAE, at the targets of both. */
export function skillOver(
  own: readonly Medians[],
  other: readonly Medians[],
  sampling: Sampling,
): Estimated | null {
  const pairs = own.map(({ medians, actuals }, fold) => {
    const theirs = other[fold]?.medians ?? new Float64Array();
    const error = (cells: Float64Array) =>
      actuals.map((actual, i) => Math.abs((cells[i] ?? Number.NaN) - actual));
    return whereKnown({ a: error(medians), b: error(theirs) });
  });
  const ratio = estimateRatio(pairs, sampling);
  return ratio && { value: 1 - ratio.value, lower: 1 - ratio.upper, upper: 1 - ratio.lower };
}

function whereKnown({ a, b }: PairedFigures): PairedFigures {
  const known = (_: number, i: number) =>
    Number.isFinite((a[i] ?? Number.NaN) + (b[i] ?? Number.NaN));
  return { a: a.filter(known), b: b.filter(known) };
}
