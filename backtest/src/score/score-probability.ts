import {
  scoreProbability as scoreTold,
  type Told,
} from '@slicecast/forecasting/domain/score-probability.ts';
import type { Outcome } from '../run/run-fold.ts';

/** How true P(KPI > bound) came. */
export type ProbabilityScore = NonNullable<ReturnType<typeof scoreTold>> & {
  readonly bound: number;
};

/** `trainingShares`: of each fold's training rows, the share above the bound. Null of no outcomes. */
export function scoreProbability(
  folds: readonly (readonly Outcome[])[],
  trainingShares: readonly number[],
  bound: number,
): ProbabilityScore | null {
  const told = folds.flatMap((outcomes, fold) =>
    outcomes.map<Told>(({ probability, actual }) => ({
      said: probability,
      usual: trainingShares[fold] ?? Number.NaN,
      came: actual > bound,
    })),
  );
  const score = scoreTold(told);
  return score && { bound, ...score };
}
