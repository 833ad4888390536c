import type { Profile } from '@slicecast/contracts';
import { dot, median, sortedQuantile, weightedRidge } from '@slicecast/stats';
import { pinballLoss } from '../../services/forecasting/src/domain/backtest/score-forecasts.ts';
import { fromScale } from '../../services/forecasting/src/domain/kpi-scale.ts';
import { modelNamed } from '../../services/forecasting/src/domain/models/index.ts';
import { gridOf } from '../../services/forecasting/src/domain/profile-series.ts';
import { plainLook } from '../../services/forecasting/src/domain/trained-view.ts';

export interface SimpleRow {
  readonly name: string;
  readonly nmae: number;
}

/** The models that stand alone, live KPI or not, and least squares on X(t), trained before row `cut`, judged after it. */
export function simpleRows(profile: Profile, horizon: number, cut: number): readonly SimpleRow[] {
  const grid = gridOf(profile);
  const view = plainLook(grid, cut, { stepMs: profile.stepMs, horizonSteps: horizon });
  const judge = (name: string, forecast: (origin: number) => number): SimpleRow => {
    let error = 0;
    let total = 0;
    for (let origin = cut; origin + horizon < grid.length; origin += 1) {
      const actual = grid.kpi[origin + horizon] ?? Number.NaN;
      const difference = Math.abs(forecast(origin) - actual);
      if (!Number.isFinite(difference)) continue;
      error += difference;
      total += actual;
    }
    return { name, nmae: error / total };
  };
  const alone = ['persistence', 'rolling-median', 'seasonal-median', 'ridge'].flatMap((name) => {
    const model = modelNamed(name);
    const fitted = model.fit({ ...view, end: cut }, 'live-kpi');
    if (fitted === null) return [];
    const forecast = (origin: number) =>
      fromScale(view.scale, model.forecast(fitted, view.instant(origin)).middle);
    return [judge(name, forecast)];
  });
  const squares = leastSquares(profile, horizon, cut);
  return [...alone, judge('least squares on X(t)', squares)];
}

/** Of the KPI at t + horizon on all columns at t, standardised; the ridge only keeps duplicates apart. */
function leastSquares(profile: Profile, horizon: number, cut: number): (origin: number) => number {
  const scaled = profile.columns.map((column) => {
    const known = column.slice(0, cut).map((value) => value ?? Number.NaN);
    const centre = median(known);
    const spread = Math.sqrt(known.reduce((sum, v) => sum + (v - centre) ** 2, 0) / cut) || 1;
    return column.map((value) => ((value ?? centre) - centre) / spread);
  });
  const p = 1 + scaled.length;
  const rowAt = (row: number) => [1, ...scaled.map((column) => column[row] ?? Number.NaN)];
  const rows = Array.from({ length: cut - horizon }, (_, row) => row).filter((row) =>
    Number.isFinite(profile.kpi[row + horizon] ?? Number.NaN),
  );
  const x = Float64Array.from(rows.flatMap(rowAt));
  const y = Float64Array.from(rows, (row) => profile.kpi[row + horizon] ?? Number.NaN);
  const coefficients = weightedRidge(x, y, new Float64Array(y.length).fill(1), p, 1);
  return (origin) => dot(rowAt(origin), 0, coefficients);
}

/**
 * Pinball loss of the best simple interval: persistence with the quantiles of its training residuals,
 * as differences or as ratios, whichever is better on the rows judged.
 */
export function persistencePinball(profile: Profile, horizon: number, cut: number): number {
  const losses = (['difference', 'ratio'] as const).map((kind) => {
    const residuals: number[] = [];
    const pairs: { now: number; actual: number }[] = [];
    for (let row = 0; row + horizon < profile.at.length; row += 1) {
      const now = profile.kpi[row] ?? Number.NaN;
      const actual = profile.kpi[row + horizon] ?? Number.NaN;
      if (!Number.isFinite(now + actual)) continue;
      if (row + horizon < cut) residuals.push(kind === 'ratio' ? actual / now : actual - now);
      else if (row >= cut) pairs.push({ now, actual });
    }
    const sorted = Float64Array.from(residuals).sort();
    const moved = (now: number, p: number) => {
      const residual = sortedQuantile(sorted, p);
      return kind === 'ratio' ? now * residual : now + residual;
    };
    const loss = pairs.reduce((sum, { now, actual }) => {
      const quantiles = {
        q025: moved(now, 0.025),
        q10: moved(now, 0.1),
        q50: moved(now, 0.5),
        q90: moved(now, 0.9),
        q975: moved(now, 0.975),
      };
      return sum + pinballLoss({ quantiles, actual });
    }, 0);
    return loss / pairs.length;
  });
  return Math.min(...losses);
}
