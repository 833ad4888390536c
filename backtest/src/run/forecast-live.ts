import type { Profile, Quantiles } from '@slicecast/contracts';
import { rowOfProfile } from '@slicecast/forecasting/domain/backtest/forecast-profile.ts';
import { replayedSlice } from '@slicecast/forecasting/domain/backtest/replayed-slice.ts';
import { createSliceForecaster } from '@slicecast/forecasting/domain/slice-forecaster.ts';
import type { TrainedModel } from '@slicecast/forecasting/domain/trained-model.ts';
import type { Fold } from './folds.ts';
import type { Job } from './job.ts';

/** A forecast made at a row, in the KPI's unit. */
export interface LiveForecast {
  readonly row: number;
  readonly quantiles: Quantiles;
  /** P(KPI > bound); of no meaning without a bound. */
  readonly probability: number;
}

export interface LiveRun {
  /** One for each row at which the load could be seen. */
  readonly forecasts: readonly LiveForecast[];
  /** What each row took, ms of the wall. */
  readonly tookMs: Float64Array;
}

const flavor = 1;

/** Forecasts row by row with the forecaster that serves live: at a row, nothing after it is known yet. */
export function forecastLive(
  model: TrainedModel,
  profile: Profile,
  { end, until }: Fold,
  { bound = 0, liveKpi }: Job,
): LiveRun {
  const forecaster = createSliceForecaster({
    models: new Map([[flavor, { modelId: 'backtest', model }]]),
  });
  const sla = { bound, side: 'upper', complianceRatio: 1, windowSeconds: 3600 } as const;
  const slice = replayedSlice(flavor, sla);
  const live = { flavorInForce: flavor, kpi: liveKpi };
  const window = Math.ceil(forecaster.windowMs / profile.stepMs);
  for (let row = Math.max(0, end - window); row < end; row += 1) {
    forecaster.warm(rowOfProfile(profile, row, live));
  }
  const tookMs = new Float64Array(until - end);
  const forecasts: LiveForecast[] = [];
  for (let row = end; row < until; row += 1) {
    const input = rowOfProfile(profile, row, live);
    const begun = performance.now();
    const message = forecaster.step(input, slice);
    tookMs[row - end] = performance.now() - begun;
    const [own] = message?.forecasts ?? [];
    if (own === undefined) continue;
    forecasts.push({ row, quantiles: own.quantiles, probability: own.violationProbability });
  }
  return { forecasts, tookMs };
}
