import { expect, test } from 'vitest';
import { createMemoryLog, createMetrics } from '../../src/index.ts';
import { describeLog } from './log-behaviour.ts';
import { reading, readings, toArray } from './log-under-test.ts';

describeLog('the log in memory', async (pauses) => {
  const log = createMemoryLog({ pause: async (delayMs) => void pauses.push(delayMs) });
  return { log, dispose: () => log.close() };
});

test('the log in memory drops the oldest when it is full, and counts them', async () => {
  const metrics = createMetrics('test');
  const log = createMemoryLog({ partitions: 1, maxBytes: 4_000, metrics });
  const topic = readings('readings');
  for (let n = 0; n < 1_000; n += 1) await log.append(topic, [reading('1', n, n)]);
  const kept = await toArray(log.readByTime({ topic, fromMs: 0, toMs: 1_000 }));
  expect(kept.length).toBeLessThan(120);
  expect(kept.at(-1)?.value.n).toBe(999);
  const dropped = 1_000 - kept.length;
  const { body } = await metrics.text();
  expect(body).toContain(`{topic="readings",reason="retention",service="test"} ${dropped}`);
});

test('a compacted topic in memory keeps the newest message of each key', async () => {
  const log = createMemoryLog({ partitions: 1 });
  const topic = readings('states', 'compact');
  for (let n = 0; n < 10_000; n += 1) await log.append(topic, [reading(String(n % 3), n, n)]);
  const records = await toArray(log.readByTime({ topic, fromMs: 0, toMs: 10_000 }));
  expect(records.length).toBeLessThan(5_000);
  const newest = new Map(records.map(({ key, value }) => [key, value.n]));
  expect(newest).toEqual(
    new Map([
      ['0', 9_999],
      ['1', 9_997],
      ['2', 9_998],
    ]),
  );
});
