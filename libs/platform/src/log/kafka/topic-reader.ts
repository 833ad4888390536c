import { randomUUID } from 'node:crypto';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from '../../observability/logger.ts';
import type { StoredRecord } from '../log-storage.ts';
import { storedOf, takeFetched } from './fetched-record.ts';
import { consumerSettings, logUnavailable } from './kafka-client.ts';

/** A part of one partition, in the order of its offsets. */
export interface Page {
  readonly records: readonly StoredRecord[];
  /** Where the next page begins. */
  readonly next: number;
}

/** Reads any part of a topic, without a group that remembers anything. */
export interface TopicReader {
  /** Records of [from, to) of a partition, as many as come at once; AppError 503 `log-unavailable`. */
  page(partition: number, from: number, to: number): Promise<Page>;
  close(): Promise<void>;
}

interface Reading {
  readonly from: number;
  readonly to: number;
  resolve(page: Page): void;
}

/** A fetch that has nothing to ask for waits so long: a page begins at most so late. */
const idleMs = 20;
/** A page is what was fetched at once. */
const unlimited = { maxRecords: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY };
const patienceMs = 15_000;

/**
 * One consumer, alone in a group of its own, with all partitions paused but those that a page is
 * read of: the client has no other way to fetch without a group.
 */
export function createTopicReader(
  { kafka, logger }: { kafka: Kafka; logger: Logger },
  topic: string,
  partitions: number,
): TopicReader {
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  const readings = new Map<number, Reading>();
  const turns = new Map<number, Promise<unknown>>();
  let joined: Promise<Consumer> | undefined;

  async function join(): Promise<Consumer> {
    const consumer = kafka.consumer({
      ...consumerSettings,
      groupId: `slicecast-reader-${randomUUID()}`,
      maxWaitTimeInMs: idleMs,
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      logger.warn({ err: payload.error, topic }, 'the reader of a topic is made anew');
      joined = undefined;
    });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const ready = Promise.withResolvers<void>();
    consumer.on(consumer.events.GROUP_JOIN, () => {
      consumer.pause([{ topic, partitions: all.filter((each) => !readings.has(each)) }]);
      ready.resolve();
    });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: partitions,
      eachBatch: async (payload) => take(consumer, payload),
    });
    await within(ready.promise, `the reader of ${topic} could not join`);
    return consumer;
  }

  function take(consumer: Consumer, { batch, resolveOffset, isStale }: EachBatchPayload): void {
    const reading = readings.get(batch.partition);
    if (reading === undefined || isStale()) return;
    consumer.pause([{ topic, partitions: [batch.partition] }]);
    readings.delete(batch.partition);
    const next = Number(batch.lastOffset()) + 1;
    resolveOffset(batch.lastOffset());
    const { taken } = takeFetched(batch.messages, 0, unlimited, undefined);
    const records = taken
      .map(storedOf)
      .filter(({ offset }) => offset >= reading.from && offset < reading.to);
    reading.resolve({ records, next });
  }

  async function readPage(partition: number, from: number, to: number): Promise<Page> {
    joined ??= join();
    const consumer = await joined.catch((error) => {
      joined = undefined;
      throw logUnavailable(error);
    });
    const { promise, resolve } = Promise.withResolvers<Page>();
    readings.set(partition, { from, to, resolve });
    consumer.seek({ topic, partition, offset: String(from) });
    consumer.resume([{ topic, partitions: [partition] }]);
    try {
      return await within(promise, `partition ${partition} of ${topic} could not be read`);
    } finally {
      readings.delete(partition);
    }
  }

  return {
    page(partition, from, to) {
      const before = turns.get(partition) ?? Promise.resolve();
      const page = before.then(() => readPage(partition, from, to));
      turns.set(
        partition,
        page.catch(() => undefined),
      );
      return page;
    },
    async close() {
      const consumer = await joined?.catch(() => undefined);
      await consumer?.disconnect();
    },
  };
}

async function within<T>(work: Promise<T>, failure: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(logUnavailable(`${failure} within ${patienceMs / 1000} s`));
  }, patienceMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
