import type { Profile } from '@slicecast/contracts';
import { sortedQuantile } from '@slicecast/stats';
import { rowOfProfile } from '../../services/forecasting/src/domain/backtest/forecast-profile.ts';
import { replayedSlice } from '../../services/forecasting/src/domain/backtest/replayed-slice.ts';
import { createSliceForecaster } from '../../services/forecasting/src/domain/slice-forecaster.ts';
import type { TrainedModel } from '../../services/forecasting/src/domain/trained-model.ts';
import { sla } from './measure.ts';

/** Milliseconds of the wall for a tick of a slice with a model for each of two flavors, live KPI. */
export function timeTicks(
  models: readonly [TrainedModel, TrainedModel],
  profile: Profile,
  ticks: number,
): { readonly mean: number; readonly p99: number } {
  const forecaster = createSliceForecaster({
    models: new Map(models.map((model, k) => [k + 1, { modelId: String(k), model }])),
  });
  const slice = replayedSlice(1, sla);
  const first = profile.at.length - ticks;
  const rows = Array.from({ length: ticks }, (_, k) =>
    rowOfProfile(profile, first + k, { flavorInForce: 1, kpi: true }),
  );
  const times = rows.map((row) => {
    const begun = performance.now();
    forecaster.step(row, slice);
    return performance.now() - begun;
  });
  return {
    mean: times.reduce((sum, time) => sum + time, 0) / ticks,
    p99: sortedQuantile(Float64Array.from(times).sort(), 0.99),
  };
}
