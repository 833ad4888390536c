import type { Admin } from 'kafkajs';
import type { Static, TSchema } from 'typebox';
import type { LogRecord, ReadOptions } from '../log.ts';
import type { LogCounts } from '../log-counts.ts';
import { decodeValue } from '../message-codec.ts';
import { type WantedKeys, wantedKeys } from '../wanted-keys.ts';
import { logUnavailable } from './kafka-client.ts';
import { extentsOf, offsetsAt } from './offsets.ts';
import type { TopicReader } from './topic-reader.ts';

export interface ReadParts {
  readonly admin: Admin;
  readonly counts: LogCounts;
  partitions(topic: ReadOptions<TSchema>['topic']): Promise<number>;
  reader(topic: string, partitions: number): TopicReader;
}

interface Range {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** A message that came later than this after those about its time is not looked for. */
const disorderMs = 3_600_000;

/** One partition after the other, up to what stood in it when the read began. Poison is passed over and counted. */
export async function* readKafkaByTime<Schema extends TSchema>(
  parts: ReadParts,
  options: ReadOptions<Schema>,
): AsyncGenerator<LogRecord<Static<Schema>>> {
  const { topic, fromMs, toMs } = options;
  const count = await parts.partitions(topic);
  const wanted = wantedKeys(options, count);
  const ranges = await rangesOf(parts.admin, options, wanted).catch((error) => {
    throw logUnavailable(error);
  });
  for (const { partition, from, to } of ranges) {
    for (let next = from; next < to; ) {
      const page = await parts.reader(topic.name, count).page(partition, next, to);
      for (const { json, ...record } of page.records) {
        if (record.at < fromMs || record.at >= toMs) continue;
        if (!wanted.has(record.key)) continue;
        const decoded = decodeValue(topic, json);
        if (decoded.ok) yield { ...record, value: decoded.value, partition };
        else parts.counts.dropped(topic.name, 'poison', 1);
      }
      next = page.next;
    }
  }
}

async function rangesOf<Schema extends TSchema>(
  admin: Admin,
  { topic, fromMs, toMs, before }: ReadOptions<Schema>,
  wanted: WantedKeys,
): Promise<readonly Range[]> {
  const extents = await extentsOf(admin, topic.name);
  if (toMs <= fromMs) return [];
  const firsts = fromMs <= 0 ? undefined : await offsetsAt(admin, topic.name, fromMs);
  const lasts = isFar(toMs) ? undefined : await offsetsAt(admin, topic.name, toMs + disorderMs);
  return [...extents]
    .filter(([partition]) => wanted.isIn(partition))
    .filter(([partition]) => before === undefined || before.partition === partition)
    .map(([partition, { start, end }]) => ({
      partition,
      from: Math.max(start, firsts?.get(partition) ?? start),
      to: Math.min(end, lasts?.get(partition) ?? end, before?.offset ?? end),
    }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.partition - b.partition);
}

/** Later than any message can be. */
function isFar(ms: number): boolean {
  return ms > 8.64e15;
}
