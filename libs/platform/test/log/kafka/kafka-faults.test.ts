import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeOnOwnServer } from '../../../../../testbed/src/servers/for-tests.ts';
import { startKafka } from '../../../../../testbed/src/servers/servers.ts';
import { createKafkaLog, deadLetterTopic, type Log } from '../../../src/index.ts';
import { collect, reading, readings, toArray } from '../log-under-test.ts';

await describeOnOwnServer('the log on a Kafka that fails', startKafka, (kafka) => {
  let log: Log;
  let topic: ReturnType<typeof readings>;
  const open = () =>
    createKafkaLog({
      access: { brokers: [kafka.address] },
      topics: { partitions: 4, replicationFactor: 1, retentionMs: 3_600_000 },
      clientId: 'test',
    });
  beforeEach(() => {
    log = open();
    topic = readings(`readings-${randomUUID()}`);
  });
  afterEach(() => log.close());

  /** What other producers write: no key, or what is no JSON. */
  async function produce(
    messages: readonly { key?: string; value: string | null }[],
  ): Promise<void> {
    const client = new Kafka({ brokers: [kafka.address], logLevel: logLevel.NOTHING });
    const producer = client.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    await producer.send({ topic: topic.name, messages: [...messages] });
    await producer.disconnect();
  }

  test('everything acknowledged is there, and the consumer has it, though the broker was killed in between', async () => {
    const { until } = await collect(log, 'readers', topic);
    const acknowledged: number[] = [];
    let refused = 0;
    let restarted = false;
    const killing = (async () => {
      await kafka.kill();
      await kafka.restart();
      restarted = true;
    })();
    for (let n = 0; !restarted || acknowledged.length < 50; n += 1) {
      try {
        await log.append(topic, [reading(String(n % 7), n, n)]);
        acknowledged.push(n);
      } catch (error) {
        expect(error).toMatchObject({ code: 'log-unavailable', status: 503, retriable: true });
        refused += 1;
      }
    }
    await killing;
    expect(refused).toBeGreaterThan(0);
    const kept = await toArray(log.readByTime({ topic, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }));
    const values = new Set(kept.map(({ value }) => value.n));
    expect(acknowledged.filter((n) => !values.has(n))).toEqual([]);
    const consumed = new Set((await until(kept.length)).map(({ value }) => value.n));
    expect(acknowledged.filter((n) => !consumed.has(n))).toEqual([]);
  }, 180_000);

  test('a topic that others made with the usual bounds takes more than one batch may hold, in order', async () => {
    const admin = new Kafka({ brokers: [kafka.address], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: topic.name, numPartitions: 2 }] });
    await admin.disconnect();
    const key = 'k'.repeat(2000);
    const appends = [0, 1, 2].map((part) =>
      Array.from({ length: 700 }, (_, n) => reading(key, part * 700 + n, part * 700 + n)),
    );
    await Promise.all(appends.map((messages) => log.append(topic, messages)));
    const kept = await toArray(log.readByTime({ topic, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }));
    expect(kept.map(({ value }) => value.n)).toEqual(Array.from({ length: 2100 }, (_, n) => n));
  });

  test('poison of another producer goes to the dead letters, tombstones are passed over, and nothing is stuck', async () => {
    await log.append(topic, [reading('1', 1, 1)]);
    await produce([
      { key: '1', value: 'no JSON' },
      { key: '1', value: null },
      { key: '1', value: '{"n":"fast"}' },
      { value: '{"n":5}' },
    ]);
    await log.append(topic, [reading('1', 2, 2)]);
    const { until } = await collect(log, 'readers', topic);
    const records = await until(3);
    expect(new Set(records.map(({ key, value }) => `${key}:${value.n}`))).toEqual(
      new Set(['1:1', ':5', '1:2']),
    );
    const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    const dead = await toArray(log.readByTime({ topic: deadLetterTopic(topic.name), ...all }));
    expect(dead.map(({ value }) => value.text).sort()).toEqual(['no JSON', '{"n":"fast"}']);
  });

  test('of two logs that make a topic at the same time neither fails, and both find the same partitions', async () => {
    const other = open();
    await Promise.all([
      log.append(topic, [reading('a', 1, 1)]),
      other.append(topic, [reading('a', 2, 2)]),
    ]);
    await other.close();
    const kept = await toArray(log.readByTime({ topic, key: 'a', fromMs: 0, toMs: 9 }));
    expect(kept).toHaveLength(2);
    expect(new Set(kept.map(({ partition }) => partition)).size).toBe(1);
  });

  test('a handler that takes longer than a session keeps its partitions', async () => {
    await log.append(topic, [reading('1', 1, 1)]);
    const handled: number[] = [];
    const done = Promise.withResolvers<void>();
    await log.subscribe({
      group: 'slow',
      topic,
      async onBatch(batch) {
        handled.push(...batch.map(({ value }) => value.n));
        if (batch[0]?.value.n === 1) await new Promise((resolve) => setTimeout(resolve, 8000));
        else done.resolve();
      },
    });
    await expect.poll(() => handled.length, { timeout: 10_000 }).toBe(1);
    await log.append(topic, [reading('1', 2, 2)]);
    await done.promise;
    expect(handled).toEqual([1, 2]);
  }, 60_000);

  test('the partitions of a consumer that leaves are taken over, from what it had committed', async () => {
    const keys = Array.from({ length: 40 }, (_, n) => `key-${n}`);
    const gone = open();
    const first = await collect(gone, 'readers', topic);
    await log.append(
      topic,
      keys.map((key, n) => reading(key, n, n)),
    );
    await first.until(40);
    const second = await collect(log, 'readers', topic);
    await gone.close();
    await log.append(
      topic,
      keys.map((key, n) => reading(key, 100 + n, 100 + n)),
    );
    const records = await second.until(40);
    expect(records.every(({ value }) => value.n >= 100)).toBe(true);
    expect(new Set(records.map(({ key }) => key)).size).toBe(40);
  }, 60_000);

  test('a reader that is to make nothing says which topic is not there, and makes none', async () => {
    const reader = createKafkaLog({ access: { brokers: [kafka.address] }, clientId: 'reader' });
    const all = { topic, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    const unknown = {
      code: 'topic-unknown',
      status: 404,
      message: expect.stringContaining(topic.name),
    };
    await expect(toArray(reader.readByTime(all))).rejects.toMatchObject(unknown);
    await expect(toArray(reader.readByTime(all))).rejects.toMatchObject(unknown);
    await log.append(topic, [reading('1', 1, 1)]);
    expect((await toArray(reader.readByTime(all))).map(({ value }) => value.n)).toEqual([1]);
    await reader.close();
  });

  test('a log whose brokers are not there refuses at once what it is asked, and says why', async () => {
    const nowhere = createKafkaLog({
      access: { brokers: ['127.0.0.1:9'] },
      topics: { partitions: 1, replicationFactor: 1, retentionMs: 3_600_000 },
      clientId: 'test',
    });
    const refusal = { code: 'log-unavailable', message: expect.stringContaining('ECONNREFUSED') };
    await expect(nowhere.append(topic, [reading('1', 1, 1)])).rejects.toMatchObject(refusal);
    await nowhere.close();
  });
});
