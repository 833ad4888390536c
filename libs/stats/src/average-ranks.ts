/**
 * Ranks from 1, ties at their average, NaN where a value is not finite. Pearson's r of two such is
 * Spearman's ρ. O(n log n).
 */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const ranks = new Float64Array(values.length);
  for (let i = 0; i < ranks.length; i += 1) {
    const value = values[i] as number;
    // Half of the values that are below, plus half of those that are not above.
    ranks[i] = Number.isFinite(value)
      ? (countWhile(sorted, (other) => other < value) +
          countWhile(sorted, (other) => other <= value) +
          1) /
        2
      : Number.NaN;
  }
  return ranks;
}

/** How many of the first values hold; `holds` is true up to a place and false from there. */
function countWhile(sorted: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
