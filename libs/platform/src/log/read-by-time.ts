import type { Static, TSchema } from 'typebox';
import type { LogContext } from './create-log.ts';
import type { LogRecord, ReadOptions } from './log.ts';
import type { PartitionStore } from './log-storage.ts';
import { decodeValue } from './message-codec.ts';
import { wantedKeys } from './wanted-keys.ts';

/** One partition after the other, up to what stood in it when the read began. Poison is passed over and counted. */
export async function* readByTime<Schema extends TSchema>(
  context: LogContext,
  options: ReadOptions<Schema>,
): AsyncGenerator<LogRecord<Static<Schema>>> {
  const { topic, before } = options;
  const partitions = await context.storage.partitions(topic);
  const wanted = wantedKeys(options, partitions.length);
  for (const [partition, store] of partitions.entries()) {
    if (!wanted.isIn(partition)) continue;
    if (before !== undefined && before.partition !== partition) continue;
    for await (const record of store.scan(rangeOf(options, store))) {
      if (!wanted.has(record.key)) continue;
      const decoded = decodeValue(topic, record.json);
      if (!decoded.ok) {
        context.counts.dropped(topic.name, 'poison', 1);
        continue;
      }
      const { offset, at } = record;
      yield { key: record.key, at, value: decoded.value, partition, offset };
    }
  }
}

function rangeOf<Schema extends TSchema>(options: ReadOptions<Schema>, store: PartitionStore) {
  const before = Math.min(store.extent().end, options.before?.offset ?? Number.POSITIVE_INFINITY);
  return { fromMs: options.fromMs, toMs: options.toMs, before };
}
