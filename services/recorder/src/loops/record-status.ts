import { type Clock, every, type Logger, type Loop, type Metrics } from '@slicecast/platform';
import { floatField, integerField, keyText, lineOf } from '../domain/line-protocol.ts';
import { createBatch } from './batch.ts';
import type { Counts } from './counts.ts';
import { createLineMemory } from './lines.ts';
import type { Writer } from './writer.ts';

export interface RecordStatusOptions {
  readonly writer: Writer;
  readonly counts: Counts;
  readonly bucket: string;
  readonly instance: string;
  readonly periodMs: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Measurements `recorder` (by topic: points since the start, lag) and `recorder_drops` (by reason, those
 * that never happened as zero), once in a period.
 */
export function recordStatus(options: RecordStatusOptions): Loop {
  const { writer, counts, bucket, instance, clock, periodMs, logger, metrics } = options;
  const memory = createLineMemory(1);
  return every({
    name: 'record-status',
    periodMs,
    logger,
    metrics,
    async run() {
      const at = clock.now();
      const own = `,instance=${keyText(instance)}`;
      const batch = createBatch(memory);
      for (const [topic, { points, lagSeconds }] of counts.byTopic()) {
        const fields = [
          ['points', integerField(points)],
          ['lag_seconds', floatField(lagSeconds)],
        ] as const;
        batch.point(bucket, lineOf('recorder', `${own},topic=${keyText(topic)}`, fields, at));
      }
      for (const [reason, points] of counts.drops()) {
        const fields = [['points', integerField(points)]] as const;
        batch.point(bucket, lineOf('recorder_drops', `${own},reason=${reason}`, fields, at));
      }
      await writer.write(batch.parts()).finally(batch.release);
    },
  });
}
