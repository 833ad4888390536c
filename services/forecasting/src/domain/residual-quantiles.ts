import { sortedQuantile } from '@slicecast/stats';
import { type Estimates, estimateAt } from './estimates.ts';
import type { Estimate } from './models/model.ts';

/**
 * How forecasts turned out: quantiles of (actual − middle) / spread on an even grid of probabilities.
 * The spread is the estimate's own, downwards and upwards, so that errors on a ramp and on a plateau
 * come to one measure and few residuals tell much.
 */
export interface ResidualQuantiles {
  /** Forecasts up to edges[0] are level 0, up to edges[1] level 1, and so on: each is calibrated apart. */
  readonly edges: readonly number[];
  /** Ascending. */
  readonly grid: ArrayLike<number>;
  /** How far from the middle a quantile may lie on the KPI's scale; absent in models trained before it was measured. */
  readonly reach?: { readonly below: number; readonly above: number };
}

const levels = 3;
const gridCells = 401;
/** A model's word on its spread is taken by this power: in full it is too sure of the extremes. */
const trustInSpread = 0.85;
/** On the KPI's scale; a narrower one makes any residual an outlier. */
const leastSpread = 0.02;
/**
 * A quantile lies no further out than the furthest outcome out of fold and a quarter of that: the largest residuals
 * come with the smallest spreads, and stretched by a large one they would reach to no possible value.
 */
const reachRatio = 1.25;

/** From out-of-fold estimates and what came; pairs with NaN are left out. */
export function fitResidualQuantiles(
  estimates: Estimates,
  actuals: Float64Array,
): ResidualQuantiles {
  const middles: number[] = [];
  const residuals: number[] = [];
  const reach = { below: 0, above: 0 };
  actuals.forEach((actual, i) => {
    const estimate = estimateAt(estimates, i);
    const residual = inSpreads(estimate, actual);
    if (!Number.isFinite(residual)) return;
    middles.push(estimate.middle);
    residuals.push(residual);
    reach.below = Math.max(reach.below, reachRatio * (estimate.middle - actual));
    reach.above = Math.max(reach.above, reachRatio * (actual - estimate.middle));
  });
  const sorted = Float64Array.from(middles).sort();
  const ascending = Float64Array.from(residuals).sort();
  return {
    edges: Array.from({ length: levels - 1 }, (_, k) => sortedQuantile(sorted, (k + 1) / levels)),
    grid: Array.from({ length: gridCells }, (_, cell) =>
      sortedQuantile(ascending, cell / (gridCells - 1)),
    ),
    reach,
  };
}

export function levelOf({ edges }: ResidualQuantiles, middle: number): number {
  const level = edges.findIndex((edge) => middle <= edge);
  return level < 0 ? edges.length : level;
}

/** The value that lies `spreads` from the middle. */
export function valueAt(estimate: Estimate, spreads: number): number {
  return estimate.middle + spreads * spreadOf(spreads < 0 ? estimate.below : estimate.above);
}

/** The value, or the end of the reach, `widening` times as wide, where it lies beyond. */
function withinReach(
  { reach }: ResidualQuantiles,
  { middle }: Estimate,
  value: number,
  widening: number,
): number {
  if (reach === undefined) return value;
  const { below, above } = reach;
  return Math.max(middle - widening * below, Math.min(middle + widening * above, value));
}

/** How many spreads a value lies from the middle; the inverse of `valueAt`. */
export function inSpreads(estimate: Estimate, value: number): number {
  const residual = value - estimate.middle;
  return residual / spreadOf(residual < 0 ? estimate.below : estimate.above);
}

/** The outermost places at which a residual that is known is read. */
const ends = { low: 0.0005, high: 0.9995 };
/**
 * So far beyond the ends all is still read at them: some thirty misses of an outer quantile in a row, as many targets as
 * one burst may hold. More of them tell of a world that has drifted away.
 */
const patience = 0.1;
/** How far beyond them a quantile is read at most. */
const furthestBeyond = 5;

/** Whether what is read at `p` lies beyond all that came out of fold. */
export function isBeyond(p: number): boolean {
  return p < ends.low - patience || p > ends.high + patience;
}

/** Where it is really read: at the ends as long as patience counts. */
export function heldAt(p: number): number {
  return isBeyond(p) ? p : Math.min(ends.high, Math.max(ends.low, p));
}

/** Where a quantile read at `from` is read after a step to `to`: one hit ends what patience had counted. */
export function stepTo(from: number, to: number): number {
  const counting = !isBeyond(from);
  if (counting && from > ends.high && to < from) return ends.high;
  if (counting && from < ends.low && to > from) return ends.low;
  return Math.min(ends.high + furthestBeyond, Math.max(ends.low - furthestBeyond, to));
}

/** The value that is read at `p`, beyond the ends on a straight tail; `widening` > 1 stretches the residuals. */
export function readAt(
  residuals: ResidualQuantiles,
  estimate: Estimate,
  p: number,
  widening: number,
): number {
  const known = Math.min(ends.high, Math.max(ends.low, p));
  const value = valueAt(estimate, widening * sortedQuantile(residuals.grid, known));
  const inside = withinReach(residuals, estimate, value, widening);
  const tail = widening * tailOf(residuals);
  if (!isBeyond(p)) return inside;
  return p > known
    ? inside + (p - known - patience) * tail * spreadOf(estimate.above)
    : inside + (p - known + patience) * tail * spreadOf(estimate.below);
}

/**
 * The inverse of `readAt`: where a value is read. `beyond` says whether that may be on a tail; without, it
 * is within 0 and 1, and the reach counts for nothing.
 */
export function placeOf(
  residuals: ResidualQuantiles,
  estimate: Estimate,
  value: number,
  { widening, beyond }: { readonly widening: number; readonly beyond: boolean },
): number {
  const over = value - readAt(residuals, estimate, ends.high, widening);
  const under = value - readAt(residuals, estimate, ends.low, widening);
  const tail = widening * tailOf(residuals);
  if (beyond && over > 0) return ends.high + patience + over / (tail * spreadOf(estimate.above));
  if (beyond && under < 0) return ends.low - patience + under / (tail * spreadOf(estimate.below));
  return probabilityBelow(residuals, inSpreads(estimate, value) / widening);
}

/** A step of 1 beyond the ends, in spreads: so many times the range of 95 of 100 residuals. */
const tailRanges = 4;

function tailOf({ grid }: ResidualQuantiles): number {
  const range = sortedQuantile(grid, 0.975) - sortedQuantile(grid, 0.025);
  return tailRanges * (range > 0 ? range : 1);
}

/** P(residual ≤ value), by linear interpolation on the grid; within [0, 1]. */
function probabilityBelow({ grid }: ResidualQuantiles, value: number): number {
  const last = grid.length - 1;
  if (value < (grid[0] ?? 0)) return 0;
  if (value >= (grid[last] ?? 0)) return 1;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((grid[middle] ?? 0) <= value) low = middle;
    else high = middle;
  }
  const from = grid[low] ?? 0;
  const to = grid[high] ?? from;
  const within = to > from ? (value - from) / (to - from) : 0;
  return (low + within) / last;
}

/** A model that does not say how sure it is has one spread everywhere. */
function spreadOf(own: number): number {
  return Number.isNaN(own) ? 1 : Math.max(leastSpread, own) ** trustInSpread;
}
