import type { Profile } from '@slicecast/contracts';
import { sortedQuantile } from '@slicecast/stats';
import { rowOfProfile } from '../../services/forecasting/src/domain/backtest/forecast-profile.ts';
import { replayedSlice } from '../../services/forecasting/src/domain/backtest/replayed-slice.ts';
import { createSliceForecaster } from '../../services/forecasting/src/domain/slice-forecaster.ts';
import type { TrainedModel } from '../../services/forecasting/src/domain/trained-model.ts';
import { sla } from '../recorded-profile.ts';

/** Another process may have the processor in between: each tick counts with the least of so many passes. */
const passes = 3;

/** Milliseconds for a tick of a slice with a model for each of two flavors, live KPI. */
export function timeTicks(
  models: readonly [TrainedModel, TrainedModel],
  profile: Profile,
  ticks: number,
): { readonly mean: number; readonly p99: number } {
  const slice = replayedSlice(1, sla);
  const first = profile.at.length - ticks;
  const rows = Array.from({ length: ticks }, (_, k) =>
    rowOfProfile(profile, first + k, { flavorInForce: 1, kpi: true }),
  );
  const times = new Float64Array(ticks).fill(Number.POSITIVE_INFINITY);
  for (let pass = 0; pass < passes; pass += 1) {
    const forecaster = createSliceForecaster({
      models: new Map(models.map((model, k) => [k + 1, { modelId: String(k), model }])),
    });
    rows.forEach((row, k) => {
      const begun = performance.now();
      forecaster.step(row, slice);
      times[k] = Math.min(times[k] ?? Infinity, performance.now() - begun);
    });
  }
  const mean = times.reduce((sum, time) => sum + time, 0) / ticks;
  return { mean, p99: sortedQuantile(times.sort(), 0.99) };
}
