import { topics } from '@slicecast/contracts';
import { createMemoryLog, type Log } from '@slicecast/platform';
import { expect, test } from 'vitest';
import { publishState, readTopic, startForecasting } from '../fakes/forecasting-process.ts';
import { until } from '../fakes/start-service.ts';
import { inputsOf, models, trainedSlice } from '../fakes/trained-slices.ts';

const sliceIds = Array.from({ length: 30 }, (_, index) => index + 1);
const ticks = 8;

/** Counts reads by topic. */
function countingLog(log: Log): Log & { readonly reads: Map<string, number> } {
  const reads = new Map<string, number>();
  return {
    ...log,
    reads,
    readByTime(options) {
      reads.set(options.topic.name, (reads.get(options.topic.name) ?? 0) + 1);
      return log.readByTime(options);
    },
  };
}

test('many slices are recovered with as many reads as one, each partition on its own', async () => {
  const log = createMemoryLog();
  for (const sliceId of sliceIds) await publishState(log, trainedSlice(sliceId));
  const inputs = sliceIds
    .flatMap((sliceId) => inputsOf({ sliceId, ticks }))
    .toSorted((a, b) => a.at - b.at);
  const half = inputs.length / 2;
  const partitions = new Set<number>();
  for (const end of [half, inputs.length]) {
    const part = inputs.slice(end - half, end);
    const counting = countingLog(log);
    const running = await startForecasting(counting, models);
    await log.append(
      topics.sliceInputs,
      part.map((value) => ({ key: String(value.sliceId), at: value.at, value })),
    );
    await until(async () => {
      const published = await readTopic(log, topics.sliceForecasts);
      return published.length >= end ? true : undefined;
    });
    await running.stop();
    const all = { topic: topics.sliceInputs, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    for await (const { partition } of log.readByTime(all)) partitions.add(partition);
    for (const { name } of [topics.sliceInputs, topics.forecastCheckpoints, topics.sliceForecasts])
      expect(counting.reads.get(name)).toBeLessThanOrEqual(2 * partitions.size);
  }
  expect(partitions.size).toBeLessThan(sliceIds.length / 2);
});
