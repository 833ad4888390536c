import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deadLetterTopic, type Log } from '../../src/index.ts';
import { collect, type LogUnderTest, reading, readings, toArray } from './log-under-test.ts';

/** What any log promises; runs on every variant. `open` records the pauses that the log makes. */
export function describeLog(name: string, open: (pauses: number[]) => Promise<LogUnderTest>): void {
  describe(name, () => {
    let under: LogUnderTest;
    let log: Log;
    let pauses: number[];
    let topic: ReturnType<typeof readings>;

    beforeEach(async () => {
      pauses = [];
      under = await open(pauses);
      log = under.log;
      topic = readings(`readings-${randomUUID()}`);
    });
    afterEach(() => under.dispose());

    test('gives the messages of a key in the order they were appended', async () => {
      const keys = ['1', '2', '3', '4', '5'];
      for (let n = 0; n < 20; n += 1)
        await log.append(
          topic,
          keys.map((k) => reading(k, n, n)),
        );
      const { until } = await collect(log, 'readers', topic);
      const records = await until(100);
      for (const key of keys) {
        const own = records.filter((record) => record.key === key);
        expect(own.map(({ value }) => value.n)).toEqual(Array.from({ length: 20 }, (_, n) => n));
        expect(new Set(own.map(({ partition }) => partition)).size).toBe(1);
      }
    });

    test('keeps the order of appends that nobody waited for in between', async () => {
      const appends = Array.from({ length: 50 }, (_, n) => log.append(topic, [reading('1', n, n)]));
      await Promise.all(appends);
      const { until } = await collect(log, 'readers', topic);
      const values = (await until(50)).map(({ value }) => value.n);
      expect(values).toEqual(Array.from({ length: 50 }, (_, n) => n));
    });

    test('delivers what is appended after the subscription', async () => {
      const { until } = await collect(log, 'readers', topic);
      await log.append(topic, [reading('1', 1, 10)]);
      expect(await until(1)).toMatchObject([{ key: '1', at: 1, value: { n: 10 } }]);
    });

    test('gives every group every message', async () => {
      await log.append(topic, [reading('1', 1, 1), reading('2', 2, 2)]);
      const first = await collect(log, 'one', topic);
      const second = await collect(log, 'two', topic);
      expect(await first.until(2)).toHaveLength(2);
      expect(await second.until(2)).toHaveLength(2);
    });

    test('shares the partitions among the consumers of a group', async () => {
      const first = await collect(log, 'readers', topic);
      const second = await collect(log, 'readers', topic);
      const keys = Array.from({ length: 40 }, (_, n) => `key-${n}`);
      await log.append(
        topic,
        keys.map((key, n) => reading(key, n, n)),
      );
      const watcher = await collect(log, 'watchers', topic);
      await watcher.until(40);
      await first.subscription.close();
      await second.subscription.close();
      // What the two had not handled when they closed, a third one of the group gets.
      const third = await collect(log, 'readers', topic);
      await third.until(40 - first.records.length - second.records.length);
      const all = [...first.records, ...second.records, ...third.records];
      expect(new Set(all.map(({ key }) => key)).size).toBe(40);
      expect(all).toHaveLength(40);
      const partitions = (records: typeof all) => new Set(records.map((r) => r.partition));
      expect(partitions(first.records).isDisjointFrom(partitions(second.records))).toBe(true);
    });

    test('begins at the end for a group that wants the latest', async () => {
      await log.append(topic, [reading('1', 1, 1)]);
      const { until } = await collect(log, 'late', topic, 'latest');
      await log.append(topic, [reading('1', 2, 2)]);
      expect((await until(1)).map(({ value }) => value.n)).toEqual([2]);
    });

    test('gives a batch again, after a growing pause, while its handler fails', async () => {
      await log.append(topic, [reading('1', 1, 1)]);
      let tries = 0;
      const handled = Promise.withResolvers<void>();
      await log.subscribe({
        group: 'readers',
        topic,
        async onBatch(batch) {
          tries += 1;
          expect(batch).toHaveLength(1);
          if (tries < 5) throw new Error('not yet');
          handled.resolve();
        },
      });
      await handled.promise;
      expect(tries).toBe(5);
      expect(pauses).toEqual([100, 200, 400, 800]);
    });

    test('commits the offset after the handler, not before', async () => {
      await log.append(topic, [reading('1', 1, 1)]);
      const failed = Promise.withResolvers<void>();
      const subscription = await log.subscribe({
        group: 'readers',
        topic,
        async onBatch() {
          failed.resolve();
          throw new Error('the sink is down');
        },
      });
      await failed.promise;
      await subscription.close();
      const { until } = await collect(log, 'readers', topic);
      expect(await until(1)).toHaveLength(1);
    });

    test('goes on after the last handled message when a consumer comes back', async () => {
      await log.append(topic, [reading('1', 1, 1), reading('1', 2, 2)]);
      const first = await collect(log, 'readers', topic);
      await first.until(2);
      await first.subscription.close();
      await log.append(topic, [reading('1', 3, 3)]);
      const second = await collect(log, 'readers', topic);
      expect((await second.until(1)).map(({ value }) => value.n)).toEqual([3]);
    });

    test('tells a consumer its partitions, and the offset it will see next, before the first batch', async () => {
      await log.append(topic, [reading('1', 1, 1), reading('1', 2, 2)]);
      const first = await collect(log, 'readers', topic);
      const partition = (await first.until(2))[0]?.partition;
      await first.subscription.close();
      await log.append(topic, [reading('1', 3, 3)]);
      const events: unknown[] = [];
      const handled = Promise.withResolvers<void>();
      let refusals = 1;
      const subscription = await log.subscribe({
        group: 'readers',
        topic,
        async onAssigned(partitions) {
          refusals -= 1;
          if (refusals >= 0) throw new Error('the window cannot be read yet');
          events.push(partitions.find((each) => each.partition === partition));
        },
        async onRevoked(partitions) {
          events.push(`revoked ${partitions.includes(partition ?? -1)}`);
        },
        async onBatch(batch) {
          events.push(batch[0]?.offset);
          handled.resolve();
        },
      });
      await handled.promise;
      await subscription.close();
      const next = first.records.at(-1)?.offset ?? Number.NaN;
      expect(events).toEqual([{ partition, committedOffset: next + 1 }, next + 1, 'revoked true']);
    });

    test('waits at close for the handler in flight and commits what it has done', async () => {
      await log.append(topic, [reading('1', 1, 1)]);
      const entered = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      const subscription = await log.subscribe({
        group: 'readers',
        topic,
        async onBatch() {
          entered.resolve();
          await gate.promise;
        },
      });
      await entered.promise;
      let closed = false;
      const closing = subscription.close().then(() => {
        closed = true;
      });
      await new Promise((resolve) => setImmediate(resolve));
      expect(closed).toBe(false);
      gate.resolve();
      await closing;
      await log.append(topic, [reading('1', 2, 2)]);
      const { until } = await collect(log, 'readers', topic);
      expect((await until(1)).map(({ value }) => value.n)).toEqual([2]);
    });

    test('neither checks nor gives what is not wanted, and goes on behind it', async () => {
      const loose = { ...topic, schema: {} } as unknown as typeof topic;
      const nonsense = { key: '1', at: 7, value: { n: 'fast' } } as unknown as ReturnType<
        typeof reading
      >;
      const subscribe = async (records: number[]) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        const subscription = await log.subscribe({
          group: 'readers',
          topic,
          wants: ({ key, at }) => key === '1' && at > 7,
          async onBatch(batch) {
            records.push(...batch.map(({ value }) => value.n));
            resolve();
          },
        });
        return { promise, subscription };
      };
      await log.append(loose, [nonsense]);
      await log.append(topic, [reading('1', 6, 6), reading('1', 8, 8), reading('1', 5, 5)]);
      const first: number[] = [];
      const one = await subscribe(first);
      await one.promise;
      await one.subscription.close();
      await log.append(topic, [reading('1', 9, 9)]);
      const second: number[] = [];
      const two = await subscribe(second);
      await two.promise;
      await two.subscription.close();
      expect([first, second]).toEqual([[8], [9]]);
      const range = { fromMs: 0, toMs: 100 };
      const dead = log.readByTime({ topic: deadLetterTopic(topic.name), ...range });
      expect(await toArray(dead)).toEqual([]);
    });

    test('moves values that do not fit to the dead letters, with the reason, and goes on', async () => {
      const loose = { ...topic, schema: {} } as unknown as typeof topic;
      const nonsense = { key: '1', at: 7, value: { n: 'fast' } } as unknown as ReturnType<
        typeof reading
      >;
      await log.append(loose, [nonsense]);
      await log.append(topic, [reading('1', 8, 8)]);
      const { until } = await collect(log, 'readers', topic);
      expect((await until(1)).map(({ value }) => value.n)).toEqual([8]);
      const range = { fromMs: 0, toMs: 100 };
      const dead = await toArray(log.readByTime({ topic: deadLetterTopic(topic.name), ...range }));
      expect(dead).toMatchObject([
        { key: '1', at: 7, value: { topic: topic.name, group: 'readers', text: '{"n":"fast"}' } },
      ]);
      expect(dead[0]?.value.reason).toContain('/n');
    });

    test.each([
      ['text for a number', { n: 'fast' }],
      ['NaN, which JSON would make null', { n: Number.NaN }],
      ['nothing at all', null],
    ])('refuses to append %s', async (_title, value) => {
      const message = { key: '1', at: 1, value } as unknown as ReturnType<typeof reading>;
      await expect(log.append(topic, [message])).rejects.toMatchObject({ code: 'message-invalid' });
    });

    test('reads by the time that messages are about, whatever the order they came in', async () => {
      for (const at of [50, 10, 30, 20, 40]) await log.append(topic, [reading('1', at, at)]);
      await log.append(topic, [reading('2', 25, 0)]);
      const options = { topic, key: '1', fromMs: 20, toMs: 50 };
      const found = await toArray(log.readByTime(options));
      expect(found.map(({ at }) => at)).toEqual([30, 20, 40]);
    });

    test('reads messages of many keys at once, each partition in its order', async () => {
      const keys = Array.from({ length: 20 }, (_, index) => String(index));
      for (const at of [2, 1])
        await log.append(
          topic,
          keys.map((key) => reading(key, at, at)),
        );
      const wanted = new Set(keys.slice(0, 7));
      const found = await toArray(log.readByTime({ topic, key: wanted, fromMs: 0, toMs: 9 }));
      expect(new Set(found.map(({ key }) => key))).toEqual(wanted);
      for (const key of wanted) {
        const instants = found.filter((each) => each.key === key).map(({ at }) => at);
        // What is appended comes at least once: a request that was repeated may double it.
        expect([...new Set(instants)]).toEqual([2, 1]);
        expect(instants).toEqual(instants.toSorted((a, b) => b - a));
      }
    });

    test('reads by time up to an offset of one partition', async () => {
      for (const at of [1, 2, 3]) await log.append(topic, [reading('1', at, at)]);
      await log.append(topic, [reading('a', 1, 1), reading('b', 1, 1), reading('c', 1, 1)]);
      const all = await toArray(log.readByTime({ topic, key: '1', fromMs: 0, toMs: 9 }));
      const third = all[2];
      if (third === undefined) throw new Error('three were appended');
      const before = { partition: third.partition, offset: third.offset };
      const found = await toArray(log.readByTime({ topic, fromMs: 0, toMs: 9, before }));
      expect(found.every(({ partition }) => partition === before.partition)).toBe(true);
      expect(found.filter(({ key }) => key === '1').map(({ at }) => at)).toEqual([1, 2]);
    });

    test('refuses everything once it is closed', async () => {
      await log.close();
      const message = [reading('1', 1, 1)];
      await expect(log.append(topic, message)).rejects.toMatchObject({ code: 'log-closed' });
    });
  });
}
