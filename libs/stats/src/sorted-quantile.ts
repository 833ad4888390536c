/**
 * The p-quantile of ascending values by linear interpolation between order statistics (type 7 of
 * Hyndman and Fan, 1996, the default of NumPy and R); NaN of no values. O(1).
 */
export function sortedQuantile(sorted: ArrayLike<number>, p: number): number {
  const last = sorted.length - 1;
  if (last < 0) return Number.NaN;
  const position = Math.min(1, Math.max(0, p)) * last;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(last, below + 1)] ?? low;
  return low + (high - low) * (position - below);
}
