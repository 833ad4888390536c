import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Static, TSchema } from 'typebox';
import type { LogContext } from './create-log.ts';
import { deadLetterOf, deadLetterTopic } from './dead-letter.ts';
import type { LogRecord, SubscribeOptions } from './log.ts';
import type { PartitionStore, StoredRecord } from './log-storage.ts';
import { decodeValue } from './message-codec.ts';
import { limitsOf } from './take-batch.ts';
import { untilDone } from './until-done.ts';

interface Source {
  readonly partition: number;
  readonly store: PartitionStore;
}

/**
 * Gives a partition's records to the handler until aborted: sink first, offset after. When aborted
 * while the handler runs, it waits for the handler and commits what that one has done.
 */
export async function consumePartition<Schema extends TSchema>(
  context: LogContext,
  options: SubscribeOptions<Schema>,
  { partition, store }: Source,
  signal: AbortSignal,
): Promise<void> {
  const { group, topic } = options;
  const batch = limitsOf(options);
  const logger = context.logger.child({ group, topic: topic.name, partition });
  const insist = <T>(failure: string, work: () => Promise<T>, onFailure?: () => void) =>
    untilDone(
      { pause: context.pause, signal, logger, failure, ...(onFailure && { onFailure }) },
      work,
    );

  let next = firstOffset(context, options, partition, store);
  countSkipped(context, options, partition, next);
  while (!signal.aborted) {
    const found = await insist('reading failed', () => store.read(next, batch, signal));
    const last = found?.at(-1);
    if (found === undefined || last === undefined || signal.aborted) return;
    const records = await insist('dead letters cannot be written', () =>
      sortOut(context, options, partition, found),
    );
    if (records === undefined) return;
    const handled = await insist(
      'the handler failed',
      () => handle(options, records),
      () => context.counts.redelivered(topic.name, group),
    );
    if (handled === undefined) return;
    next = last.offset + 1;
    await insist('the offset cannot be committed', () =>
      context.storage.offsets.commit(group, topic.name, partition, next),
    );
    // A partition that is far behind must not keep timers and sockets waiting.
    await nextTurn();
  }
}

async function handle<Schema extends TSchema>(
  options: SubscribeOptions<Schema>,
  records: readonly LogRecord<Static<Schema>>[],
): Promise<true> {
  if (records.length > 0) await options.onBatch(records);
  return true;
}

/** Where the group goes on: its committed offset, or where it wants to begin; never before what is kept. */
export function firstOffset<Schema extends TSchema>(
  context: LogContext,
  options: SubscribeOptions<Schema>,
  partition: number,
  store: PartitionStore | undefined,
): number {
  const { start, end } = store?.extent() ?? { start: 0, end: 0 };
  const committed = context.storage.offsets.committed(options.group, options.topic.name, partition);
  if (committed === undefined) return options.from === 'latest' ? end : start;
  return Math.max(start, committed);
}

/** What retention dropped before the group had read it. */
function countSkipped<Schema extends TSchema>(
  context: LogContext,
  { group, topic }: SubscribeOptions<Schema>,
  partition: number,
  next: number,
): void {
  const committed = context.storage.offsets.committed(group, topic.name, partition) ?? next;
  if (topic.cleanup === 'delete' && committed < next) {
    context.counts.dropped(topic.name, 'skipped', next - committed);
  }
}

/** Poison goes to the dead letters before the rest is handled, so that one bad value stops nobody. */
async function sortOut<Schema extends TSchema>(
  context: LogContext,
  { group, topic, wants }: SubscribeOptions<Schema>,
  partition: number,
  found: readonly StoredRecord[],
): Promise<LogRecord<Static<Schema>>[]> {
  const records: LogRecord<Static<Schema>>[] = [];
  for (const record of found) {
    if (wants?.(record) === false) continue;
    const decoded = decodeValue(topic, record.json);
    if (decoded.ok) {
      const { key, at, offset } = record;
      records.push({ key, at, offset, partition, value: decoded.value });
      continue;
    }
    const letter = deadLetterOf({ topic: topic.name, partition, group }, record, decoded.reason);
    await context.append(deadLetterTopic(topic.name), [letter]);
    context.counts.dropped(topic.name, 'poison', 1);
  }
  return records;
}
