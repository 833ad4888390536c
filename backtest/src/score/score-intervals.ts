import { pinballLoss } from '@slicecast/forecasting/domain/backtest/score-forecasts.ts';
import type { Outcome } from '../run/run-fold.ts';
import { type Estimated, estimateMean, type Sampling } from './estimate.ts';

export interface IntervalScores {
  /** Share of the targets inside the 80 and the 95 % interval. */
  readonly coverage80: Estimated | null;
  readonly coverage95: Estimated | null;
  /** Mean over the 2.5, 10, 50, 90 and 97.5 % quantiles, in the KPI's unit. */
  readonly pinball: Estimated | null;
  /** Mean width of the 80 % interval, in the KPI's unit. */
  readonly width80: Estimated | null;
}

export function scoreIntervals(
  folds: readonly (readonly Outcome[])[],
  sampling: Sampling,
): IntervalScores {
  const mean = (of: (outcome: Outcome) => number) =>
    estimateMean(
      folds.map((outcomes) => Float64Array.from(outcomes, of)),
      sampling,
    );
  return {
    coverage80: mean(({ quantiles: { q10, q90 }, actual }) =>
      Number(q10 <= actual && actual <= q90),
    ),
    coverage95: mean(({ quantiles: { q025, q975 }, actual }) =>
      Number(q025 <= actual && actual <= q975),
    ),
    pinball: mean(pinballLoss),
    width80: mean(({ quantiles }) => quantiles.q90 - quantiles.q10),
  };
}
