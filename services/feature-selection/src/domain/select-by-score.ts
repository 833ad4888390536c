import { averageRanks, fStatistic, mutualInformation, quantileClasses } from '@slicecast/stats';
import { type Column, duplicateCorrelation, similarity } from './column.ts';
import { aloneRule, besideRule, isGain, summariseGain } from './gain.ts';
import { addColumn, classCount, gainsOf, type HeldOutModel } from './held-out-model.ts';
import type { JudgedColumn } from './judge-columns.ts';

/** What a column alone says of the KPI one horizon later; greater is better. */
export type Score = (column: Column) => number;

/** F of the regression of the scaled KPI on the column's ranks: any monotone relation, no outliers. */
export function scoreByRegression(scaledKpi: Float64Array, origins: Int32Array): Score {
  return ({ ranks }) => {
    const atOrigins = Float64Array.from(origins, (row) => ranks[row] ?? Number.NaN);
    return fStatistic(atOrigins, scaledKpi);
  };
}

/** Mutual information of column and KPI, each in classes of equal size; nats. */
export function scoreByInformation(scaledKpi: Float64Array): Score {
  const kpiClasses = quantileClasses(averageRanks(scaledKpi), classCount);
  return ({ classes }) => mutualInformation(classes, classCount, kpiClasses, classCount);
}

/**
 * Columns in the order of their score, without duplicates of a better one. The score takes rows for
 * independent, so that any random walk scores high: what it proposes must gain on the held-out blocks,
 * alone and beside those taken. `model` knows no column yet.
 */
export function selectByScore(
  judged: readonly JudgedColumn[],
  score: Score,
  model: HeldOutModel,
  limit: number,
): readonly Column[] {
  const ranked = judged
    .filter(({ alone }) => isGain(alone, aloneRule))
    .map(({ column }) => ({ column, score: score(column) }))
    .sort((a, b) => b.score - a.score);
  const chosen: Column[] = [];
  let known = model;
  for (const { column } of ranked) {
    if (chosen.length === limit) break;
    if (chosen.some((other) => similarity(column, other) > duplicateCorrelation)) continue;
    const gain = summariseGain(gainsOf(known, column.classes));
    if (chosen.length > 0 && !isGain(gain, besideRule)) continue;
    chosen.push(column);
    known = addColumn(known, column.classes);
  }
  return chosen;
}
