import { type SliceInput, type SliceState, topics } from '@slicecast/contracts';
import type { Clock, Log, Logger, LogRecord, Metrics, Subscription } from '@slicecast/platform';
import type { SliceFollower } from './follow-slices.ts';
import { type Made, publishMade } from './publish-made.ts';
import { reportContest } from './report-contest.ts';
import type { InputOutcome, SliceCounts } from './slice-counts.ts';
import { BrokenRun, type SliceRun } from './slice-run.ts';
import type { SliceAtInput, SliceRuns } from './slice-runs.ts';

export interface ForecastSlicesOptions {
  readonly log: Log;
  readonly slices: SliceFollower;
  readonly runs: SliceRuns;
  readonly counts: SliceCounts;
  readonly clock: Pick<Clock, 'now'>;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly maxDecisionAgeMs: number;
  /** After each batch: undefined when it is durable, else why it comes again. */
  onProgress(failure: string | undefined): void;
}

/** What was learned is checkpointed once in so much event time, each slice at an instant of its own in it. */
const checkpointPeriodMs = 60_000;
/** From one slice's to the next one's: the golden section of the period lays any number of them evenly. */
const checkpointShiftMs = 37_082;

/**
 * Turns `slice-inputs` into `slice-forecasts`, one message a row, in order per slice. The offset follows
 * the durable forecasts; after a failure the slices of the batch are recovered from the record.
 */
export function forecastSlices(options: ForecastSlicesOptions): Promise<Subscription> {
  const { log, runs, onProgress } = options;
  return log.subscribe({
    group: 'forecasting',
    topic: topics.sliceInputs,
    onAssigned: async () => runs.forget(),
    onRevoked: async () => runs.forget(),
    async onBatch(records) {
      try {
        await forecastBatch(options, records);
        onProgress(undefined);
      } catch (error) {
        for (const { value } of records) runs.forget(value.sliceId);
        onProgress(error instanceof Error ? error.message : String(error));
        throw error;
      }
    },
  });
}

async function forecastBatch(
  options: ForecastSlicesOptions,
  records: readonly LogRecord<SliceInput>[],
): Promise<void> {
  const made: Made = { forecasts: [], checkpoints: [], scored: [], contested: [] };
  const outcomes: { sliceId: number; outcome: InputOutcome }[] = [];
  await options.runs.recover(await firstInputs(options.slices, records));
  for (const record of records) {
    const outcome = await takeInput(options, record, made);
    outcomes.push({ sliceId: record.value.sliceId, outcome });
  }
  await publishMade(options.log, made);
  // Counted when they are durable: a batch that comes again is not counted twice.
  for (const { sliceId, outcome } of outcomes) options.counts.input(sliceId, outcome);
  for (const { sliceId, outcome } of made.scored) options.counts.scored(sliceId, outcome);
  for (const { slice, stepped } of made.contested) reportContest(options, slice, stepped);
  measureAge(options, made);
}

/** Of each slice that is forecast. */
async function firstInputs(
  slices: SliceFollower,
  records: readonly LogRecord<SliceInput>[],
): Promise<SliceAtInput[]> {
  const firsts = new Map<number, SliceAtInput>();
  for (const { value, partition, offset } of records) {
    if (firsts.has(value.sliceId)) continue;
    const slice = await slices.lookUp(value.sliceId);
    if (slice === undefined || !isForecast(slice)) continue;
    firsts.set(value.sliceId, { slice, first: { at: value.at, partition, offset } });
  }
  return [...firsts.values()];
}

function isForecast({ deleted, trained }: SliceState): boolean {
  return !deleted && trained.length > 0;
}

async function takeInput(
  options: ForecastSlicesOptions,
  record: LogRecord<SliceInput>,
  made: Made,
): Promise<InputOutcome> {
  const { slices, runs } = options;
  const { value: input, partition, offset } = record;
  const slice = await slices.lookUp(input.sliceId);
  if (slice === undefined || slice.deleted) return 'unknown-slice';
  if (slice.trained.length === 0) return 'untrained';
  const run = await runs.of(slice, { at: input.at, partition, offset });
  if (run === undefined) return 'broken';
  if (offset <= run.appliedUntil) return 'published-before';
  try {
    return takeStep(options, { slice, run, record }, made);
  } catch (error) {
    // One slice's failure must not hold up the others in its partition.
    if (!(error instanceof BrokenRun)) throw error;
    runs.broke(slice, error);
    return 'broken';
  }
}

interface Step {
  readonly slice: SliceState;
  readonly run: SliceRun;
  readonly record: LogRecord<SliceInput>;
}

function takeStep(
  { clock, counts, maxDecisionAgeMs }: ForecastSlicesOptions,
  { slice, run, record }: Step,
  made: Made,
): InputOutcome {
  const { value: input, partition, offset } = record;
  const stepped = run.step(input, slice);
  const { message, outcome } = stepped;
  run.appliedUntil = offset;
  if (stepped.scores.length + stepped.turns.length > 0) made.contested.push({ slice, stepped });
  if (outcome !== undefined) made.scored.push({ sliceId: slice.sliceId, outcome });
  if (message === null) return input.kind === 'kpi' ? 'kpi' : 'tick-not-newer';
  if (periodOf(slice, run.checkpointedAt) !== periodOf(slice, message.at)) {
    run.checkpointedAt = message.at;
    const { models } = run;
    const state = run.checkpoint({ partition, offset });
    made.checkpoints.push({ slice, models, at: message.at, state });
    // Also what was found before this process took the slice up.
    for (const contest of run.contests()) counts.drift(slice.sliceId, contest);
  }
  if (message.at <= run.publishedUntil) return 'published-before';
  if (!slice.forecasting) return 'not-forecasting';
  made.forecasts.push(message);
  return clock.now() - message.at > maxDecisionAgeMs ? 'superseded' : 'forecast';
}

/** Were it to begin with the minute for all, the first tick of a minute would wait for a thousand checkpoints. */
function periodOf({ sliceId }: SliceState, at: number | undefined): number | undefined {
  if (at === undefined) return undefined;
  const shiftMs = (sliceId * checkpointShiftMs) % checkpointPeriodMs;
  return Math.floor((at + shiftMs) / checkpointPeriodMs);
}

function measureAge({ clock, metrics }: ForecastSlicesOptions, { forecasts }: Made): void {
  const help = 'How long after its tick a forecast was durable';
  const age = metrics.histogram('slicecast_forecast_age_seconds', help);
  for (const { at } of forecasts) age.observe(Math.max(0, clock.now() - at) / 1000);
}
