import {
  type ForecastCheckpoint,
  type SliceInput,
  type SliceState,
  topics,
} from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';
import { Value } from 'typebox/value';
import { BrokenRun, type SliceModels, SliceRun, StoredCheckpoint } from './slice-run.ts';

/** The first input that a run will be given. */
export interface FirstInput {
  readonly at: number;
  readonly partition: number;
  readonly offset: number;
}

/** A slice whose run is to be recovered. */
export interface LostRun {
  readonly slice: SliceState;
  readonly models: SliceModels;
  readonly first: FirstInput;
}

interface Checkpoint {
  readonly at: number;
  readonly modelIds: ForecastCheckpoint['modelIds'];
  readonly state: StoredCheckpoint;
}

/** Calibration waits so many horizons for a KPI that comes late. */
const lateHorizons = 4;

/** A run in the making: which inputs of the record are for it. */
interface Recovery extends LostRun {
  readonly run: SliceRun;
  /** Inputs up to this offset went into the checkpoint. */
  readonly learnedUntil: number;
  /** Of the record it takes inputs from this instant on, before this offset. */
  readonly fromMs: number;
  readonly beforeOffset: number;
}

/**
 * Runs by slice as they stand before their first inputs, had they never been interrupted: the newest
 * checkpoint, and the record since, without publishing. Flavors whose model is another than the
 * checkpoint's begin anew. A checkpoint may be ahead of the committed offset: what comes again is then
 * known. The first inputs are of one partition, and each topic is read once for all of them. A slice
 * whose models fail on their input has its failure in place of a run.
 */
export async function recoverSlices(
  log: Log,
  lost: readonly LostRun[],
): Promise<ReadonlyMap<number, SliceRun | BrokenRun>> {
  const recovered = new Map<number, SliceRun | BrokenRun>();
  const [any] = lost;
  if (any === undefined) return recovered;
  const { partition } = any.first;
  const checkpoints = await newestCheckpoints(log, lost, partition);
  const recoveries = new Map<number, Recovery>();
  for (const each of lost) {
    const { sliceId } = each.slice;
    const begun = orBroken(() => beginRecovery(each, checkpoints.get(sliceId)));
    if (begun instanceof BrokenRun) recovered.set(sliceId, begun);
    else recoveries.set(sliceId, begun);
  }
  if (recoveries.size === 0) return recovered;
  for await (const { offset, at, value } of readInputs(log, [...recoveries.values()], partition)) {
    const recovery = recoveries.get(value.sliceId);
    if (recovery === undefined || at < recovery.fromMs || offset >= recovery.beforeOffset) continue;
    const failed = orBroken(() => feed(recovery, offset, value));
    if (failed === undefined) continue;
    recovered.set(value.sliceId, failed);
    recoveries.delete(value.sliceId);
  }
  await knowPublished(log, [...recoveries.values()]);
  for (const [sliceId, { run }] of recoveries) recovered.set(sliceId, run);
  return recovered;
}

function orBroken<T>(work: () => T): T | BrokenRun {
  try {
    return work();
  } catch (error) {
    if (error instanceof BrokenRun) return error;
    throw error;
  }
}

function beginRecovery(lost: LostRun, checkpoint: Checkpoint | undefined): Recovery {
  const { slice, models, first } = lost;
  const run = new SliceRun(models);
  if (checkpoint !== undefined) {
    run.restore(checkpoint.state);
    if (checkpoint.modelIds.join() === modelIdsOf(models).join()) {
      run.checkpointedAt = checkpoint.at;
    }
  }
  const reachMs = Math.max(run.windowMs, lateHorizons * slice.horizonSeconds * 1000);
  return {
    ...lost,
    run,
    learnedUntil: checkpoint?.state.offset ?? Number.POSITIVE_INFINITY,
    fromMs: (checkpoint?.at ?? first.at) - reachMs,
    beforeOffset: Math.max(first.offset, (checkpoint?.state.offset ?? -1) + 1),
  };
}

function readInputs(log: Log, recoveries: readonly Recovery[], partition: number) {
  return log.readByTime({
    topic: topics.sliceInputs,
    key: keysOf(recoveries),
    fromMs: Math.min(...recoveries.map(({ fromMs }) => fromMs)),
    toMs: Number.MAX_SAFE_INTEGER,
    before: {
      partition,
      offset: Math.max(...recoveries.map(({ beforeOffset }) => beforeOffset)),
    },
  });
}

function feed({ run, slice, learnedUntil }: Recovery, offset: number, input: SliceInput): void {
  if (offset <= learnedUntil) run.warm(input);
  else run.step(input, slice);
  run.appliedUntil = offset;
}

function keysOf(lost: readonly Pick<LostRun, 'slice'>[]): ReadonlySet<string> {
  return new Set(lost.map(({ slice }) => String(slice.sliceId)));
}

/** The models in charge, sorted, so that two lists can be compared. */
export function modelIdsOf(models: SliceModels): string[] {
  return [...models.values()].map(({ modelId }) => modelId).sort();
}

/** By slice; none that holds nothing of any of the slice's models. */
async function newestCheckpoints(
  log: Log,
  lost: readonly LostRun[],
  partition: number,
): Promise<ReadonlyMap<number, Checkpoint>> {
  const newest = new Map<number, Checkpoint>();
  const record = log.readByTime({
    topic: topics.forecastCheckpoints,
    key: keysOf(lost),
    fromMs: 0,
    toMs: Number.MAX_SAFE_INTEGER,
  });
  for await (const { value } of record) {
    const { sliceId, at, modelIds, state } = value;
    // An offset says nothing in another partition, if a topic was ever given more of them.
    if (!Value.Check(StoredCheckpoint, state) || state.partition !== partition) continue;
    newest.set(sliceId, { at, modelIds, state });
  }
  for (const { slice, models } of lost) {
    const ids = modelIdsOf(models);
    const known = newest.get(slice.sliceId)?.modelIds.some((id) => ids.includes(id)) ?? false;
    if (!known) newest.delete(slice.sliceId);
  }
  return newest;
}

/** The newest tick from a run's first input on whose forecast is in the record was published before. */
async function knowPublished(log: Log, recoveries: readonly Recovery[]): Promise<void> {
  const bySlice = new Map(recoveries.map((recovery) => [recovery.slice.sliceId, recovery]));
  const record = log.readByTime({
    topic: topics.sliceForecasts,
    key: keysOf(recoveries),
    fromMs: Math.min(...recoveries.map(({ first }) => first.at)),
    toMs: Number.MAX_SAFE_INTEGER,
  });
  for await (const { value } of record) {
    const recovery = bySlice.get(value.sliceId);
    if (recovery === undefined || value.at < recovery.first.at) continue;
    recovery.run.publishedUntil = Math.max(recovery.run.publishedUntil, value.at);
  }
}
