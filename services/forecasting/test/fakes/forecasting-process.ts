import type { SliceState, Topic } from '@slicecast/contracts';
import { topics } from '@slicecast/contracts';
import { createMetrics, type Log, silentLogger } from '@slicecast/platform';
import type { Static, TSchema } from 'typebox';
import type { TrainedModel } from '../../src/domain/trained-model.ts';
import { followSlices, type SliceFollower } from '../../src/loops/follow-slices.ts';
import { forecastSlices } from '../../src/loops/forecast-slices.ts';
import { createSliceCounts, type SliceCounts } from '../../src/loops/slice-counts.ts';
import { createSliceRuns, type SliceRuns } from '../../src/loops/slice-runs.ts';

export interface ForecastingProcess {
  readonly slices: SliceFollower;
  readonly runs: SliceRuns;
  readonly counts: SliceCounts;
  /** Why the newest batch comes again; undefined when it does not. */
  failure(): string | undefined;
  stop(): Promise<void>;
}

/** The loops that forecast, on a log, with models from memory. */
export async function startForecasting(
  log: Log,
  models: ReadonlyMap<string, TrainedModel>,
  now: () => number = () => 0,
): Promise<ForecastingProcess> {
  const metrics = createMetrics('test');
  const counts = createSliceCounts(metrics);
  const runs = createSliceRuns(log, async (id) => models.get(id), silentLogger);
  const slices = await followSlices(log, {
    instance: 'test',
    onDeleted: (sliceId) => runs.forget(sliceId),
  });
  let failure: string | undefined;
  const subscription = await forecastSlices({
    log,
    slices,
    runs,
    counts,
    metrics,
    logger: silentLogger,
    clock: { now },
    maxDecisionAgeMs: 5000,
    onProgress(why) {
      failure = why;
    },
  });
  return {
    slices,
    runs,
    counts,
    failure: () => failure,
    async stop() {
      await subscription.close();
      await slices.close();
    },
  };
}

/** Everything that stands in a topic, or what of it has the key. */
export async function readTopic<Schema extends TSchema>(
  log: Log,
  topic: Topic<Schema>,
  key?: string,
): Promise<Static<Schema>[]> {
  const all = { topic, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  const found: Static<Schema>[] = [];
  const record = log.readByTime(key === undefined ? all : { ...all, key });
  for await (const { value } of record) found.push(value);
  return found;
}

/** The log of a process that dies when it appends for the nth time: nothing it does after that arrives. */
export function dyingLog(log: Log, lastAppend: number): Log & { readonly died: boolean } {
  let appends = 0;
  return {
    get died() {
      return appends > lastAppend;
    },
    async append(topic, messages) {
      appends += 1;
      if (appends > lastAppend) throw new Error('the process died');
      await log.append(topic, messages);
    },
    subscribe: (options) => log.subscribe(options),
    readByTime: (options) => log.readByTime(options),
    close: () => log.close(),
  };
}

export async function publishState(log: Log, slice: SliceState): Promise<void> {
  const message = { key: String(slice.sliceId), at: slice.flavorSince, value: slice };
  await log.append(topics.sliceStates, [message]);
}
