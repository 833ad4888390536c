import type {
  LoadThresholdPolicy,
  PredictivePolicy,
  ReactivePolicy,
  SliceState,
} from '@slicecast/contracts';
import { sortedQuantile } from '@slicecast/stats';

/** What a policy keeps of its guards, whatever is tried for its rule. */
type Guards<P> = Omit<P, 'kind'>;

/** Each kind of policy is tried at so many points, so that none is tuned more finely than its rivals. */
export const candidateCount = 144;

const oneHorizon = {
  probabilities: [0.05, 0.12, 0.2, 0.3, 0.4, 0.5],
  ratios: [0.5, 1],
  ticksDown: [5, 10, 20],
};
const severalHorizons = {
  probabilities: [0.1, 0.2, 0.3, 0.4, 0.55, 0.7],
  ratios: [1],
  ticksDown: [5, 20],
};

/** All of them at one horizon, or a third as many, more widely spaced, where up to three horizons are tried. */
export function predictiveCandidates(
  guards: Guards<PredictivePolicy>,
  horizons = 1,
): PredictivePolicy[] {
  const { probabilities, ratios, ticksDown } = horizons === 1 ? oneHorizon : severalHorizons;
  return probabilities.flatMap((probability) =>
    ratios.flatMap((ratio) =>
      [1, 3].flatMap((m) =>
        ticksDown.flatMap((n) =>
          [15, 60].map((cooldownDownSeconds): PredictivePolicy => {
            const lower = Math.round(1000 * ratio * probability) / 1000;
            return {
              ...guards,
              kind: 'predictive',
              up: { probability, m, n: 2 * m - 1 },
              down: { probability: lower, m: n, n },
              acceptableViolationProbability: lower,
              cooldownDownSeconds,
              maxChangesPerHour: 60,
            };
          }),
        ),
      ),
    ),
  );
}

export function reactiveCandidates({ sla, flavors }: SliceState): ReactivePolicy[] {
  const targets = [1.1, 1.25, 1.5, 2];
  const replicas = [1.25, 1.5, 2, 3];
  const byRank = [...flavors].sort((a, b) => a.rank - b.rank);
  return targets.flatMap((headroom) =>
    replicas.flatMap((ratio) =>
      [5, 15, 30].flatMap((windowSeconds) =>
        [60, 120, 300].map(
          (downStabilisationSeconds): ReactivePolicy => ({
            kind: 'reactive',
            target: sla.side === 'upper' ? sla.bound / headroom : sla.bound * headroom,
            // Each rank counts for so many times the replicas of the one below.
            replicas: Object.fromEntries(byRank.map(({ id }, k) => [String(id), ratio ** k])),
            windowSeconds,
            syncSeconds: Math.min(15, windowSeconds),
            downStabilisationSeconds,
          }),
        ),
      ),
    ),
  );
}

/** Capacities at twelve places of the load that was seen; with more than two flavors evenly between them. */
export function loadThresholdCandidates(
  { flavors }: SliceState,
  loads: Float64Array,
): LoadThresholdPolicy[] {
  const sorted = loads.filter(Number.isFinite).sort();
  const [low, high] = [sortedQuantile(sorted, 0.02), sortedQuantile(sorted, 0.98)];
  const byRank = [...flavors].sort((a, b) => a.rank - b.rank);
  return Array.from({ length: 12 }, (_, place) => place).flatMap((place) =>
    [0, 0.05, 0.15].flatMap((margin) =>
      [5, 15].flatMap((windowSeconds) =>
        [15, 60].map((downSeconds): LoadThresholdPolicy => {
          const first = low + ((high - low) * (place + 0.5)) / 12;
          const apart = (high - first) / Math.max(1, byRank.length - 1);
          const bounded = byRank.slice(0, -1).map(({ id }, k) => [String(id), first + k * apart]);
          const capacities = Object.fromEntries(bounded);
          return { kind: 'load-threshold', capacities, margin, windowSeconds, downSeconds };
        }),
      ),
    ),
  );
}
