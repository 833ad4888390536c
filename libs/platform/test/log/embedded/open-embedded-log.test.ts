import { appendFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMetrics, openEmbeddedLog, silentLogger } from '../../../src/index.ts';
import { lastAcknowledged } from '../../kill-in-the-middle.ts';
import { describeLog } from '../log-behaviour.ts';
import { collect, reading, readings, toArray } from '../log-under-test.ts';

const logger = silentLogger;
const firstSegment = 'topics/readings/0/0000000000000000.log';

describeLog('the log on disk', async (pauses) => {
  const directory = await mkdtemp(join(tmpdir(), 'slicecast-log-'));
  const pause = async (delayMs: number) => void pauses.push(delayMs);
  const log = await openEmbeddedLog({ directory, logger, pause });
  const dispose = async () => {
    await log.close();
    await rm(directory, { recursive: true });
  };
  return { log, dispose };
});

describe('the log on disk', () => {
  const topic = readings('readings');
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'slicecast-log-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  test('has everything again after it was closed, and goes on from the committed offsets', async () => {
    const first = await openEmbeddedLog({ directory, logger });
    await first.append(topic, [reading('1', 1, 1), reading('2', 2, 2)]);
    await (await collect(first, 'readers', topic)).until(2);
    await first.close();

    const second = await openEmbeddedLog({ directory, logger });
    const kept = await toArray(second.readByTime({ topic, key: '1', fromMs: 0, toMs: 9 }));
    expect(kept).toMatchObject([{ key: '1', at: 1, value: { n: 1 }, offset: 0 }]);
    await second.append(topic, [reading('1', 3, 3)]);
    const { until } = await collect(second, 'readers', topic);
    expect((await until(1)).map(({ value }) => value.n)).toEqual([3]);
    await second.close();
  });

  test.each([
    ['half a header', Buffer.from([0, 0])],
    ['a header without its record', Buffer.from([0, 0, 0, 90, 1, 2, 3, 4])],
    [
      'a record that does not fit its sum',
      Buffer.concat([Buffer.from([0, 0, 0, 30]), Buffer.alloc(34, 7)]),
    ],
    ['zeros', Buffer.alloc(4_096)],
  ])('cuts %s at its end after a crash, and counts it', async (_title, torn) => {
    const first = await openEmbeddedLog({ directory, logger, partitions: 1 });
    await first.append(topic, [reading('1', 1, 1)]);
    await first.close();
    await appendFile(join(directory, firstSegment), torn);

    const metrics = createMetrics('test');
    const second = await openEmbeddedLog({ directory, logger, metrics });
    await second.append(topic, [reading('1', 2, 2)]);
    await second.close();
    expect((await metrics.text()).body).toContain('reason="torn",service="test"} 1');

    const third = await openEmbeddedLog({ directory, logger });
    const kept = await toArray(third.readByTime({ topic, fromMs: 0, toMs: 9 }));
    expect(kept.map(({ value, offset }) => [value.n, offset])).toEqual([
      [1, 0],
      [2, 1],
    ]);
    await third.close();
  });

  test('passes over records that are damaged on disk, and counts them', async () => {
    const options = { directory, logger, partitions: 1, segmentBytes: 4_096 };
    const first = await openEmbeddedLog(options);
    for (let n = 0; n < 500; n += 1) await first.append(topic, [reading('1', n, n)]);
    await first.close();
    const handle = await open(join(directory, firstSegment), 'r+');
    await handle.write(Buffer.alloc(8, 1), 0, 8, 1_000);
    await handle.close();

    const metrics = createMetrics('test');
    const second = await openEmbeddedLog({ ...options, metrics });
    const { until } = await collect(second, 'readers', topic);
    const values = (await until(400)).map(({ value }) => value.n);
    expect(values[0]).toBe(0);
    expect((await metrics.text()).body).toContain('reason="torn"');
    await second.close();
  });

  test('drops whole segments beyond its size, the oldest first, and counts their messages', async () => {
    const metrics = createMetrics('test');
    const bounds = { partitions: 1, maxBytes: 20_000, segmentBytes: 2_000 };
    const log = await openEmbeddedLog({ directory, logger, metrics, ...bounds });
    for (let n = 0; n < 2_000; n += 1) await log.append(topic, [reading('1', n, n)]);
    const kept = await toArray(log.readByTime({ topic, fromMs: 0, toMs: 2_000 }));
    expect(kept.at(-1)?.value.n).toBe(1_999);
    expect(kept.length).toBeLessThan(600);
    const { body } = await metrics.text();
    expect(body).toContain(
      `{topic="readings",reason="retention",service="test"} ${2_000 - kept.length}`,
    );
    await log.close();
  });

  test('keeps of a compacted topic the newest message of each key, over restarts', async () => {
    const states = readings('states', 'compact');
    const options = { directory, logger, partitions: 1, segmentBytes: 2_000 };
    const first = await openEmbeddedLog(options);
    await first.append(states, [reading('only once', 0, -1)]);
    for (let n = 0; n < 3_000; n += 1) await first.append(states, [reading(String(n % 3), n, n)]);
    await first.close();
    const second = await openEmbeddedLog(options);
    const everything = second.readByTime({ topic: states, fromMs: 0, toMs: 3_000 });
    const records = await toArray(everything);
    await second.close();
    expect(records.length).toBeLessThan(500);
    const newest = new Map(records.map(({ key, value }) => [key, value.n]));
    expect(newest).toEqual(
      new Map([
        ['only once', -1],
        ['0', 2_997],
        ['1', 2_998],
        ['2', 2_999],
      ]),
    );
  });

  test('keeps the number of a topic’s partitions, whatever is asked for later', async () => {
    const first = await openEmbeddedLog({ directory, logger, partitions: 3 });
    await first.append(topic, [reading('some key', 1, 1)]);
    await first.close();
    const second = await openEmbeddedLog({ directory, logger, partitions: 8 });
    expect(
      await toArray(second.readByTime({ topic, key: 'some key', fromMs: 0, toMs: 9 })),
    ).toHaveLength(1);
    await second.close();
  });

  test('has every message that was acknowledged when its process is killed in the middle', async () => {
    const script = new URL('./append-until-killed.ts', import.meta.url);
    const last = await lastAcknowledged(script, directory, 400);
    const log = await openEmbeddedLog({ directory, logger });
    const kept = await toArray(log.readByTime({ topic, fromMs: 0, toMs: 1e9 }));
    const values = new Set(kept.map(({ value }) => value.n));
    for (let n = 0; n <= last; n += 1) expect(values.has(n)).toBe(true);
    expect(kept).toHaveLength(values.size);
    await log.close();
  });

  test('refuses a folder that is in use', async () => {
    const first = await openEmbeddedLog({ directory, logger });
    await expect(openEmbeddedLog({ directory, logger })).rejects.toMatchObject({
      code: 'folder-in-use',
    });
    await first.close();
    await (await openEmbeddedLog({ directory, logger })).close();
  });
});
