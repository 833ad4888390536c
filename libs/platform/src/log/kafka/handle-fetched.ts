import type { Batch, EachBatchPayload } from 'kafkajs';
import type { Static, TSchema } from 'typebox';
import { deadLetterOf, deadLetterTopic } from '../dead-letter.ts';
import type { Log, LogRecord, SubscribeOptions } from '../log.ts';
import type { LogCounts } from '../log-counts.ts';
import { limitsOf, takeBatch } from '../take-batch.ts';
import { FetchedLogRecord, type FetchedRecord, fetchedOf } from './fetched-record.ts';
import { heartbeatMs } from './kafka-client.ts';
import type { Tenure } from './tenure.ts';

export interface HandleParts<Schema extends TSchema> {
  readonly options: SubscribeOptions<Schema>;
  readonly counts: LogCounts;
  readonly append: Log['append'];
  /** The present tenure. */
  tenure(): Tenure | undefined;
  /** Aborted when the subscription is closed. */
  readonly closing: AbortSignal;
}

/**
 * Gives what was fetched of a partition to the handler: sink first, offset after. Rejects when the handler
 * does, and what it has not handled is fetched again.
 */
export async function handleFetched<Schema extends TSchema>(
  parts: HandleParts<Schema>,
  payload: EachBatchPayload,
): Promise<void> {
  const { batch, heartbeat, resolveOffset, isRunning, isStale } = payload;
  const tenure = parts.tenure();
  if (tenure === undefined) return;
  const limits = limitsOf(parts.options);
  const isOver = () => tenure.signal.aborted || parts.closing.aborted || !isRunning() || isStale();
  const beating = setInterval(() => {
    // A rebalance shows here first; the client finds it out again when it asks for more.
    heartbeat().catch(() => undefined);
  }, heartbeatMs);
  try {
    await tenure.announced;
    const { wants } = parts.options;
    const found = batch.messages
      .map((message) => fetchedOf(message, wants))
      .filter((record) => record !== undefined);
    for (let done = 0; done < found.length && !isOver(); ) {
      const taken = takeBatch(found, done, limits, ({ bytes }) => bytes);
      done += taken.length;
      await handle(parts, batch, taken);
      // Another may own the partition by now, and have gone on.
      if (tenure.signal.aborted) return;
      const last = done === found.length ? batch.lastOffset() : String(taken.at(-1)?.offset);
      await commit(payload, Number(last) + 1);
      resolveOffset(last);
    }
    if (found.length === 0 && !isOver()) {
      await commit(payload, Number(batch.lastOffset()) + 1);
      resolveOffset(batch.lastOffset());
    }
  } finally {
    clearInterval(beating);
  }
}

/** Also while the consumer stops, so that what its handler has done is not done again. */
async function commit(
  { batch, commitOffsetsIfNecessary }: EachBatchPayload,
  next: number,
): Promise<void> {
  const partitions = [{ partition: batch.partition, offset: String(next) }];
  await commitOffsetsIfNecessary({ topics: [{ topic: batch.topic, partitions }] });
}

async function handle<Schema extends TSchema>(
  parts: HandleParts<Schema>,
  batch: Batch,
  taken: readonly FetchedRecord[],
): Promise<void> {
  const records = await sortOut(parts, batch.partition, taken);
  if (records.length > 0) await parts.options.onBatch(records);
}

/** Poison goes to the dead letters before the rest is handled, so that one bad value stops nobody. */
async function sortOut<Schema extends TSchema>(
  { options, counts, append }: HandleParts<Schema>,
  partition: number,
  taken: readonly FetchedRecord[],
): Promise<LogRecord<Static<Schema>>[]> {
  const { topic, group } = options;
  const records: LogRecord<Static<Schema>>[] = [];
  for (const record of taken) {
    const decoded = record.decode(topic);
    if (decoded.ok) {
      records.push(new FetchedLogRecord(record, partition, decoded.value));
      continue;
    }
    const source = { topic: topic.name, partition, group };
    const letter = deadLetterOf(source, record, decoded.reason);
    await append(deadLetterTopic(topic.name), [letter]);
    counts.dropped(topic.name, 'poison', 1);
  }
  return records;
}
