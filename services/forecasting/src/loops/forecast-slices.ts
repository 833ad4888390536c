import { type SliceForecast, type SliceInput, type SliceState, topics } from '@slicecast/contracts';
import type { Clock, Log, LogRecord, Metrics, Subscription } from '@slicecast/platform';
import { slaEstimation } from '../domain/sla-estimation.ts';
import type { SliceFollower } from './follow-slices.ts';
import { type InputPosition, modelIdsOf, type StoredCheckpoint } from './slice-run.ts';
import type { SliceRuns } from './slice-runs.ts';

export interface ForecastSlicesOptions {
  readonly log: Log;
  readonly slices: SliceFollower;
  readonly runs: SliceRuns;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly maxDecisionAgeMs: number;
}

/** Calibration is checkpointed once in so much event time. */
const checkpointPeriodMs = 60_000;

interface Checkpoint {
  readonly slice: SliceState;
  readonly at: number;
  readonly state: StoredCheckpoint;
}

interface Made {
  readonly forecasts: SliceForecast[];
  readonly checkpoints: Checkpoint[];
}

/**
 * Turns `slice-inputs` into `slice-forecasts`, one message a row, in order per slice. The offset follows
 * the durable forecasts; after a failure the slices of the batch are recovered from the record.
 */
export function forecastSlices(options: ForecastSlicesOptions): Promise<Subscription> {
  const { log, runs } = options;
  return log.subscribe({
    group: 'forecasting',
    topic: topics.sliceInputs,
    onAssigned: async () => runs.forget(),
    onRevoked: async () => runs.forget(),
    async onBatch(records) {
      const made: Made = { forecasts: [], checkpoints: [] };
      try {
        for (const record of records) await forecastRow(options, record, made);
        await publish(log, made);
      } catch (error) {
        for (const { value } of records) runs.forget(value.sliceId);
        throw error;
      }
    },
  });
}

async function forecastRow(
  options: ForecastSlicesOptions,
  record: LogRecord<SliceInput>,
  made: Made,
): Promise<void> {
  const { value: input, partition, offset } = record;
  const slice = await options.slices.lookUp(input.sliceId);
  const skipped = whySkipped(slice);
  if (slice === undefined || skipped !== undefined)
    return count(options, skipped ?? 'unknown-slice');
  const position: InputPosition = { partition, offset };
  const run = await options.runs.of(slice, input.at, position);
  if (run === undefined) return count(options, 'no-model');
  const before = run.status().lastMessage?.at;
  const message = run.step(input, slice);
  if (message === null) return count(options, input.kind === 'kpi' ? 'kpi' : 'tick-not-newer');
  made.forecasts.push(message);
  count(options, lagging(options, message) ? 'superseded' : 'forecast');
  if (before !== undefined && minuteOf(before) === minuteOf(message.at)) return;
  made.checkpoints.push({ slice, at: message.at, state: run.checkpoint(offset) });
}

function whySkipped(slice: SliceState | undefined): string | undefined {
  if (slice === undefined || slice.deleted) return 'unknown-slice';
  if (!slice.forecasting) return 'not-forecasting';
  return slice.trained.length === 0 ? 'untrained' : undefined;
}

/** So late that nothing will act on it; it is recorded all the same. */
function lagging({ clock, maxDecisionAgeMs }: ForecastSlicesOptions, { at }: SliceForecast) {
  return clock.now() - at > maxDecisionAgeMs;
}

function minuteOf(at: number): number {
  return Math.floor(at / checkpointPeriodMs);
}

function count({ metrics }: ForecastSlicesOptions, outcome: string): void {
  const help = 'Inputs of slices, by what became of them';
  metrics.counter('slicecast_forecasting_inputs_total', help, ['outcome']).inc({ outcome });
}

async function publish(log: Log, { forecasts, checkpoints }: Made): Promise<void> {
  const keyed = forecasts.map((value) => ({ key: String(value.sliceId), at: value.at, value }));
  await log.append(topics.sliceForecasts, keyed);
  const estimations = forecasts.flatMap((forecast) => {
    const value = slaEstimation(forecast);
    return value === undefined ? [] : [{ key: String(forecast.sliceId), at: forecast.at, value }];
  });
  await log.append(topics.slaEstimations, estimations);
  await log.append(
    topics.forecastCheckpoints,
    checkpoints.map(({ slice, at, state }) => {
      const { tenantId, sliceId } = slice;
      const value = { tenantId, sliceId, at, modelIds: [...modelIdsOf(slice)], state };
      return { key: String(sliceId), at, value };
    }),
  );
}
