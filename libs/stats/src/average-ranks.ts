/**
 * Ranks from 1, ties at their average, NaN where a value is not finite. Pearson's r of two such is
 * Spearman's ρ. O(n log n).
 */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const sorted = sortedFinite(values);
  const rankFrom = tieRanks(sorted);
  const ranks = new Float64Array(values.length);
  for (let i = 0; i < ranks.length; i += 1) {
    const value = values[i] as number;
    ranks[i] = Number.isFinite(value) ? (rankFrom[firstAt(sorted, value)] as number) : Number.NaN;
  }
  return ranks;
}

function sortedFinite(values: ArrayLike<number>): Float64Array {
  const finite = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    finite[count] = value;
    count += 1;
  }
  return finite.subarray(0, count).sort();
}

/** At the first place of each run of equal values, their average rank. */
function tieRanks(sorted: Float64Array): Float64Array {
  const ranks = new Float64Array(sorted.length);
  for (let from = 0; from < sorted.length; ) {
    let end = from + 1;
    while (end < sorted.length && sorted[end] === sorted[from]) end += 1;
    ranks[from] = (from + 1 + end) / 2;
    from = end;
  }
  return ranks;
}

/** The first place of a value that is there; binary search. */
function firstAt(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
