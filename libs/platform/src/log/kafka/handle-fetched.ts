import type { Batch, EachBatchPayload } from 'kafkajs';
import type { Static, TSchema } from 'typebox';
import { deadLetterOf, deadLetterTopic } from '../dead-letter.ts';
import type { Log, LogRecord, SubscribeOptions } from '../log.ts';
import type { LogCounts } from '../log-counts.ts';
import { limitsOf } from '../take-batch.ts';
import {
  decodePlaced,
  FetchedRecord,
  type PlacedMessage,
  storedOf,
  takeFetched,
} from './fetched-record.ts';
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
    const { messages } = batch;
    for (let index = 0; !isOver(); ) {
      const { taken, next } = takeFetched(messages, index, limits, parts.options.wants);
      await handle(parts, batch, taken);
      // Another may own the partition by now, and have gone on.
      if (tenure.signal.aborted) return;
      const isLast = next === messages.length;
      const last = isLast ? batch.lastOffset() : String(taken.at(-1)?.offsetNumber);
      await commit(payload, Number(last) + 1);
      resolveOffset(last);
      if (isLast) return;
      index = next;
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
  taken: readonly PlacedMessage[],
): Promise<void> {
  const records = await sortOut(parts, batch.partition, taken);
  if (records.length > 0) await parts.options.onBatch(records);
}

/** Poison goes to the dead letters before the rest is handled, so that one bad value stops nobody. */
async function sortOut<Schema extends TSchema>(
  { options, counts, append }: HandleParts<Schema>,
  partition: number,
  taken: readonly PlacedMessage[],
): Promise<LogRecord<Static<Schema>>[]> {
  const { topic, group } = options;
  const records: LogRecord<Static<Schema>>[] = [];
  for (const placed of taken) {
    const decoded = decodePlaced(topic, placed);
    if (decoded.ok) {
      records.push(new FetchedRecord(placed, partition, decoded.value));
      continue;
    }
    const source = { topic: topic.name, partition, group };
    const letter = deadLetterOf(source, storedOf(placed), decoded.reason);
    await append(deadLetterTopic(topic.name), [letter]);
    counts.dropped(topic.name, 'poison', 1);
  }
  return records;
}
