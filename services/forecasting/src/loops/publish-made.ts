import { type SliceForecast, type SliceState, topics } from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';
import type { Outcome } from '../domain/newest-outcomes.ts';
import { slaEstimation } from '../domain/sla-estimation.ts';
import { modelIdsOf } from './recover-slice.ts';
import type { SliceModels, Stepped, StoredCheckpoint } from './slice-run.ts';

/** What came of a batch of inputs. */
export interface Made {
  readonly forecasts: SliceForecast[];
  readonly checkpoints: {
    readonly slice: SliceState;
    readonly models: SliceModels;
    readonly at: number;
    readonly state: StoredCheckpoint;
  }[];
  readonly scored: { readonly sliceId: number; readonly outcome: Outcome }[];
  /** Of the contests between champions and challengers. */
  readonly contested: { readonly slice: SliceState; readonly stepped: Stepped }[];
}

/**
 * Forecasts after their form for MLO-V2's readers: what is in `slice-forecasts` is not published again
 * after a crash. Checkpoints last, so that none is ahead of the forecasts.
 */
export async function publishMade(log: Log, { forecasts, checkpoints }: Made): Promise<void> {
  await log.append(
    topics.slaEstimations,
    forecasts.flatMap((forecast) => {
      const value = slaEstimation(forecast);
      return value === undefined ? [] : [{ key: String(forecast.sliceId), at: forecast.at, value }];
    }),
  );
  await log.append(
    topics.sliceForecasts,
    forecasts.map((value) => ({ key: String(value.sliceId), at: value.at, value })),
  );
  await log.append(
    topics.forecastCheckpoints,
    checkpoints.map(({ slice, models, at, state }) => {
      const { tenantId, sliceId } = slice;
      const value = { tenantId, sliceId, at, modelIds: modelIdsOf(models), state };
      return { key: String(sliceId), at, value };
    }),
  );
}
