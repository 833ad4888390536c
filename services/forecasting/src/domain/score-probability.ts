import type { ViolationScore } from '@slicecast/contracts';

/** A probability and what came of it. */
export interface Told {
  readonly said: number;
  /** What who knows nothing but the past shares would have said. */
  readonly usual: number;
  readonly came: boolean;
}

/** Finer towards the ends, where most forecasts are and decisions fall. */
const edges = [0, 0.02, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.98, 1];

/** Brier score (1950), the same of the usual share, and the reliability table; null of nothing told. */
export function scoreProbability(
  told: readonly Told[],
): Omit<ViolationScore, 'bound' | 'side'> | null {
  if (told.length === 0) return null;
  const rows = edges.slice(1).map((to, index) => {
    const from = edges[index] ?? 0;
    const some = told.filter(({ said }) => said >= from && (said < to || (to === 1 && said <= 1)));
    const said = mean(some, (one) => one.said);
    return { from, to, count: some.length, said, came: mean(some, ({ came }) => Number(came)) };
  });
  return {
    brier: mean(told, ({ said, came }) => (said - Number(came)) ** 2),
    climatologyBrier: mean(told, ({ usual, came }) => (usual - Number(came)) ** 2),
    reliability: rows.filter(({ count }) => count > 0),
  };
}

function mean(some: readonly Told[], of: (one: Told) => number): number {
  return some.reduce((sum, one) => sum + of(one), 0) / some.length;
}
