import { sortedQuantile } from './sorted-quantile.ts';

/** The median of the finite values, in any order; NaN of none. O(n log n). */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  return sortedQuantile(sorted, 0.5);
}
