import {
  type Clock,
  type DeadLetter,
  deadLetterTopic,
  type Joining,
  joinWhenReady,
  type Log,
  type Logger,
  type LogMessage,
  type LogRecord,
} from '@slicecast/platform';
import type { Static, TSchema } from 'typebox';
import { createBatch } from './batch.ts';
import type { Counts } from './counts.ts';
import type { Refusal } from './isolate-refused.ts';
import type { LineMemory } from './lines.ts';
import { eachRecordedTopic, type RecordedTopic, type TopicOptions } from './recorded-topics.ts';
import type { Writer } from './writer.ts';

export interface RecordTopicsOptions extends Omit<TopicOptions, 'clock'> {
  readonly log: Log;
  readonly writer: Writer;
  readonly counts: Counts;
  readonly memory: LineMemory;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
}

const group = 'recorder';
/** A write costs InfluxDB a sync of its disk, however many points it has. */
const mostRecords = 5000;
const mostBytes = 4 * 2 ** 20;

/** One consumer a topic; partitions are written side by side, the messages of one in order. */
export function recordTopics(options: RecordTopicsOptions): Promise<readonly Joining[]> {
  const { log, logger } = options;
  return Promise.all(
    eachRecordedTopic(options, (recorded) =>
      joinWhenReady(
        () =>
          log.subscribe({
            group,
            topic: recorded.topic,
            maxRecords: mostRecords,
            maxBytes: mostBytes,
            readAhead: true,
            onBatch: (records) => recordBatch(options, recorded, records),
          }),
        logger,
      ),
    ),
  );
}

/** The offset follows the acknowledged write; what InfluxDB will never take goes to the dead letters first. */
async function recordBatch<Schema extends TSchema>(
  options: RecordTopicsOptions,
  recorded: RecordedTopic<Schema>,
  records: readonly LogRecord<Static<Schema>>[],
): Promise<void> {
  const { log, writer, counts, clock, logger } = options;
  const { name } = recorded.topic;
  await recorded.prepare?.(records);
  const batch = createBatch(options.memory);
  records.forEach((record, index) => {
    batch.begin(index);
    recorded.record(record, batch);
  });
  const parts = batch.parts();
  const refusals = await writer.write(parts).finally(batch.release);
  const letters = lettersOf(name, records, refusals);
  if (letters.length > 0) {
    await log.append(deadLetterTopic(name), letters);
    const reasons = [...new Set(refusals.map(({ detail }) => detail))].slice(0, 3);
    logger.warn({ topic: name, lines: refusals.length, reasons }, 'lines were refused for good');
  }
  // Counted when all is done: a batch that comes again is not counted twice.
  for (const { reason } of refusals) counts.dropped(reason, 1);
  for (const [reason, points] of batch.drops) counts.dropped(reason, points);
  const points = parts.reduce((sum, { lines }) => sum + lines.length, 0) - refusals.length;
  const newest = records.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
  counts.written(name, points, Math.max(0, clock.now() - newest) / 1000);
}

/** One letter a message, whichever of its lines were refused. */
function lettersOf(
  topic: string,
  records: readonly LogRecord<unknown>[],
  refusals: readonly Refusal[],
): LogMessage<DeadLetter>[] {
  const reasons = new Map(refusals.map(({ record, detail }) => [record, detail]));
  return [...reasons].flatMap(([index, reason]) => {
    const record = records[index];
    if (record === undefined) return [];
    const { key, at, partition, offset } = record;
    const text = JSON.stringify(record.value);
    return [{ key, at, value: { topic, partition, offset, group, reason, text } }];
  });
}
