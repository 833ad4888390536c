import type { Outcome } from '../run/run-fold.ts';

/** How true P(KPI > bound) came. */
export interface ProbabilityScore {
  readonly bound: number;
  /** Mean of (probability − outcome)². */
  readonly brier: number;
  /** The same of the share of training rows above the bound, told every time. */
  readonly climatologyBrier: number;
  readonly reliability: readonly ReliabilityRow[];
}

/** Of the forecasts with a probability in [from, to): what was said, and in what share it came. */
export interface ReliabilityRow {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly said: number;
  readonly came: number;
}

/** Finer towards the ends, where most forecasts are and decisions fall. */
const edges = [0, 0.02, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.98, 1];

/** `trainingShares`: of each fold's training rows, the share above the bound. Null of no outcomes. */
export function scoreProbability(
  folds: readonly (readonly Outcome[])[],
  trainingShares: readonly number[],
  bound: number,
): ProbabilityScore | null {
  const all = folds.flatMap((outcomes, fold) =>
    outcomes.map(({ probability, actual }) => ({
      said: probability,
      usual: trainingShares[fold] ?? Number.NaN,
      came: Number(actual > bound),
    })),
  );
  if (all.length === 0) return null;
  const mean = <T>(some: readonly T[], of: (one: T) => number) =>
    some.reduce((sum, one) => sum + of(one), 0) / some.length;
  const rows = edges.slice(1).map((to, index) => {
    const from = edges[index] ?? 0;
    const some = all.filter(({ said }) => said >= from && (said < to || (to === 1 && said <= 1)));
    const [said, came] = [mean(some, (one) => one.said), mean(some, (one) => one.came)];
    return { from, to, count: some.length, said, came };
  });
  return {
    bound,
    brier: mean(all, ({ said, came }) => (said - came) ** 2),
    climatologyBrier: mean(all, ({ usual, came }) => (usual - came) ** 2),
    reliability: rows.filter(({ count }) => count > 0),
  };
}
