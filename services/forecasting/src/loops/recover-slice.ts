import { type ForecastCheckpoint, type SliceState, topics } from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';
import { Value } from 'typebox/value';
import { type SliceModels, SliceRun, StoredCheckpoint } from './slice-run.ts';

/** The first input that a run will be given. */
export interface FirstInput {
  readonly at: number;
  readonly partition: number;
  readonly offset: number;
}

interface Checkpoint {
  readonly at: number;
  readonly modelIds: ForecastCheckpoint['modelIds'];
  readonly state: StoredCheckpoint;
}

/** Calibration waits so many horizons for a KPI that comes late. */
const lateHorizons = 4;

/**
 * A run as it stands before the first input, had it never been interrupted: the newest checkpoint,
 * and the record since, without publishing. Flavors whose model is another than the checkpoint's
 * begin anew. A checkpoint may be ahead of the committed offset: what comes again is then known.
 */
export async function recoverSlice(
  log: Log,
  slice: SliceState,
  models: SliceModels,
  first: FirstInput,
): Promise<SliceRun> {
  const run = new SliceRun(models);
  const checkpoint = await newestCheckpoint(log, slice.sliceId, models, first.partition);
  if (checkpoint !== undefined) {
    run.restore(checkpoint.state);
    if (checkpoint.modelIds.join() === modelIdsOf(models).join()) {
      run.checkpointedAt = checkpoint.at;
    }
  }
  const learnedUntil = checkpoint?.state.offset ?? Number.POSITIVE_INFINITY;
  const reachMs = Math.max(run.windowMs, lateHorizons * slice.horizonSeconds * 1000);
  const record = log.readByTime({
    topic: topics.sliceInputs,
    key: String(slice.sliceId),
    fromMs: (checkpoint?.at ?? first.at) - reachMs,
    toMs: Number.MAX_SAFE_INTEGER,
    before: {
      partition: first.partition,
      offset: Math.max(first.offset, (checkpoint?.state.offset ?? -1) + 1),
    },
  });
  for await (const { offset, value } of record) {
    if (offset <= learnedUntil) run.warm(value);
    else run.step(value, slice);
    run.appliedUntil = offset;
  }
  run.publishedUntil = await newestPublished(log, slice.sliceId, first.at);
  return run;
}

/** The models in charge, sorted, so that two lists can be compared. */
export function modelIdsOf(models: SliceModels): string[] {
  return [...models.values()].map(({ modelId }) => modelId).sort();
}

/** Undefined when it holds nothing of any of the models. */
async function newestCheckpoint(
  log: Log,
  sliceId: number,
  models: SliceModels,
  partition: number,
): Promise<Checkpoint | undefined> {
  let newest: Checkpoint | undefined;
  const record = log.readByTime({
    topic: topics.forecastCheckpoints,
    key: String(sliceId),
    fromMs: 0,
    toMs: Number.MAX_SAFE_INTEGER,
  });
  for await (const { value } of record) {
    const { at, modelIds, state } = value;
    // An offset says nothing in another partition, if a topic was ever given more of them.
    if (!Value.Check(StoredCheckpoint, state) || state.partition !== partition) continue;
    newest = { at, modelIds, state };
  }
  const ids = modelIdsOf(models);
  return newest?.modelIds.some((id) => ids.includes(id)) ? newest : undefined;
}

/** The newest tick from `fromMs` on whose forecast is in the record. */
async function newestPublished(log: Log, sliceId: number, fromMs: number): Promise<number> {
  let newest = Number.NEGATIVE_INFINITY;
  const record = log.readByTime({
    topic: topics.sliceForecasts,
    key: String(sliceId),
    fromMs,
    toMs: Number.MAX_SAFE_INTEGER,
  });
  for await (const { value } of record) newest = Math.max(newest, value.at);
  return newest;
}
