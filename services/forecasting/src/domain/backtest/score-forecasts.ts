import { nominal } from '../calibrator.ts';
import type { ReplayedForecast } from './forecast-profile.ts';

/** A forecast and what came. */
export interface Judged {
  readonly quantiles: ReplayedForecast['quantiles'];
  /** In the KPI's unit. */
  readonly actual: number;
}

/** Errors and the pinball loss are in the KPI's unit, coverages are shares of the targets. */
export interface ForecastScores {
  readonly count: number;
  readonly mae: number;
  readonly rmse: number;
  /** MAE / mean of the actuals. */
  readonly nmae: number;
  readonly r2: number;
  readonly coverage80: number;
  readonly coverage95: number;
  /** Mean over the 2.5, 10, 50, 90 and 97.5 % quantiles. */
  readonly pinball: number;
  /** Mean width of the 80 % interval. */
  readonly width80: number;
}

/** Everything is NaN of no forecasts. */
export function scoreForecasts(judged: readonly Judged[]): ForecastScores {
  const mean = (of: (one: Judged) => number) =>
    judged.reduce((sum, one) => sum + of(one), 0) / judged.length;
  const actual = mean((one) => one.actual);
  const mae = mean(({ quantiles, actual: y }) => Math.abs(quantiles.q50 - y));
  const squares = mean(({ quantiles, actual: y }) => (quantiles.q50 - y) ** 2);
  const variance = mean(({ actual: y }) => (y - actual) ** 2);
  const inside = (low: 'q10' | 'q025', high: 'q90' | 'q975') =>
    mean(({ quantiles, actual: y }) => Number(y >= quantiles[low] && y <= quantiles[high]));
  return {
    count: judged.length,
    mae,
    rmse: Math.sqrt(squares),
    nmae: mae / actual,
    r2: 1 - squares / variance,
    coverage80: inside('q10', 'q90'),
    coverage95: inside('q025', 'q975'),
    pinball: mean(pinballLoss),
    width80: mean(({ quantiles }) => quantiles.q90 - quantiles.q10),
  };
}

/** Mean pinball loss of the five quantiles. */
export function pinballLoss({ quantiles, actual }: Judged): number {
  const { q025, q10, q50, q90, q975 } = quantiles;
  let loss = 0;
  [q025, q10, q50, q90, q975].forEach((quantile, k) => {
    const p = nominal[k] ?? 0.5;
    loss += Math.max(p * (actual - quantile), (p - 1) * (actual - quantile)) / nominal.length;
  });
  return loss;
}
