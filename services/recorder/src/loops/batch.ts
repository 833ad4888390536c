import type { DropReason, PointSink } from '../domain/point-sink.ts';
import { createLineWriter, type LineMemory, type Lines, type LineWriter } from './lines.ts';

/** Lines of one bucket, each with the index of the record that it came from. */
export interface BatchPart {
  readonly bucket: string;
  readonly lines: Lines;
  readonly records: readonly number[];
}

interface GrowingPart {
  readonly writer: LineWriter;
  readonly records: number[];
}

/** What a batch of records came to. */
export interface Batch extends PointSink {
  /** The points that follow are of this record. */
  begin(record: number): void;
  parts(): readonly BatchPart[];
  readonly drops: ReadonlyMap<DropReason, number>;
  /** When nobody reads the parts any more. */
  release(): void;
}

export function createBatch(memory: LineMemory): Batch {
  const parts = new Map<string, GrowingPart>();
  const drops = new Map<DropReason, number>();
  let record = 0;
  const partOf = (bucket: string): GrowingPart => {
    const part = parts.get(bucket) ?? { writer: createLineWriter(memory), records: [] };
    parts.set(bucket, part);
    return part;
  };
  const drop = (reason: DropReason) => void drops.set(reason, (drops.get(reason) ?? 0) + 1);
  return {
    drops,
    begin(index) {
      record = index;
    },
    point(bucket, line) {
      if (line === undefined) {
        drop('no-value');
        return;
      }
      const part = partOf(bucket);
      part.writer.add(line);
      part.records.push(record);
    },
    value(bucket, head, value, atMs) {
      const part = partOf(bucket);
      part.writer.addValue(head, value, atMs);
      part.records.push(record);
    },
    drop,
    parts: () =>
      [...parts].map(([bucket, { writer, records }]) => ({
        bucket,
        lines: writer.lines(),
        records,
      })),
    release() {
      for (const { writer } of parts.values()) writer.release();
      parts.clear();
    },
  };
}
