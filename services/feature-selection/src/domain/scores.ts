import { averageRanks, fStatistic, mutualInformation, quantileClasses } from '@slicecast/stats';
import type { HeldOut, ScaledColumn } from './held-out.ts';

/** Scores each column by itself against the target, higher is better; for the simple methods. */
export type ColumnScore = (column: ScaledColumn, heldOut: HeldOut) => number;

const classes = 12;

/** F of the regression of the continuous target on the column. */
export const fRegression: ColumnScore = (column, { target }) => fStatistic(column, target);

/** Mutual information with the target, in nats, over classes of equal size. */
export const information: ColumnScore = (column, { target }) => {
  const classesOf = (values: Float64Array) => quantileClasses(averageRanks(values), classes);
  return mutualInformation(classesOf(column), classes, classesOf(target), classes);
};
