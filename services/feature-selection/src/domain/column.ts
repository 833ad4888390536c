import type { Feature } from '@slicecast/contracts';
import { averageRanks, pearson, quantileClasses } from '@slicecast/stats';
import { classCount } from './held-out-model.ts';
import type { PairedRows } from './paired-rows.ts';
import type { Candidate } from './selection-task.ts';

/** A candidate made ready. Ranks and classes do not ask for its unit, and no outlier moves them. */
export interface Column {
  readonly feature: Feature;
  /** Over all rows; NaN where it is missing. */
  readonly ranks: Float64Array;
  /** Class of its value at the origin of each pair. */
  readonly classes: Uint8Array;
}

export function makeColumn({ feature, values }: Candidate, { origins }: PairedRows): Column {
  const ranks = averageRanks(values);
  const all = quantileClasses(ranks, classCount);
  return { feature, ranks, classes: Uint8Array.from(origins, (row) => all[row] ?? classCount) };
}

/** Beyond this |ρ| two columns say the same. */
export const duplicateCorrelation = 0.95;

/** |Spearman's ρ| over the rows that both have. O(rows). */
export function similarity(a: Column, b: Column): number {
  return Math.abs(pearson(a.ranks, b.ranks));
}
