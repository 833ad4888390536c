import { pearson } from '@slicecast/stats';
import type { Column } from './column.ts';
import { classCount } from './held-out-model.ts';
import type { PairedRows } from './paired-rows.ts';

/**
 * How slowly a column moves apart from another: the autocorrelation, one horizon on, of what the
 * other's classes leave of its ranks. A noisy view of the load differs from it by noise (0); a rhythm
 * that happens to run beside the load differs by a drift of its own (near 1). O(pairs).
 */
export function ownDrift(
  column: Column,
  other: Column,
  { origins, horizonPairs }: PairedRows,
): number {
  const ranks = Float64Array.from(origins, (row) => column.ranks[row] ?? Number.NaN);
  const means = classMeans(ranks, other.classes);
  const apart = ranks.map((rank, i) => rank - (means[other.classes[i] as number] as number));
  return pearson(apart, apart.subarray(horizonPairs));
}

function classMeans(values: Float64Array, classes: Uint8Array): Float64Array {
  const sums = new Float64Array(classCount + 1);
  const counts = new Float64Array(classCount + 1);
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    const each = classes[i] as number;
    sums[each] = (sums[each] as number) + value;
    counts[each] = (counts[each] as number) + 1;
  });
  return sums.map((sum, each) => sum / (counts[each] as number));
}
