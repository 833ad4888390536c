import type { DropReason, PointSink } from '../domain/point-sink.ts';

/** Lines of one bucket, each with the index of the record that it came from. */
export interface BatchPart {
  readonly bucket: string;
  readonly lines: string[];
  readonly records: number[];
}

/** What a batch of records came to. */
export interface Batch extends PointSink {
  /** The points that follow are of this record. */
  begin(record: number): void;
  parts(): readonly BatchPart[];
  readonly drops: ReadonlyMap<DropReason, number>;
}

export function createBatch(): Batch {
  const parts = new Map<string, BatchPart>();
  const drops = new Map<DropReason, number>();
  let record = 0;
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
      let part = parts.get(bucket);
      if (part === undefined) {
        part = { bucket, lines: [], records: [] };
        parts.set(bucket, part);
      }
      part.lines.push(line);
      part.records.push(record);
    },
    drop,
    parts: () => [...parts.values()],
  };
}
