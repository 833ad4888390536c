import type { StoredRecord } from '../log-storage.ts';

/** The newest records of a partition: consumers that keep up never touch the disk. */
export interface TailCache {
  add(records: readonly StoredRecord[]): void;
  /** The cached records from `offset` on; undefined when the cache begins after it. */
  from(offset: number): readonly StoredRecord[] | undefined;
}

const mostRecords = 512;
const mostBytes = 512 * 2 ** 10;

export function createTailCache(): TailCache {
  let records: StoredRecord[] = [];
  let bytes = 0;

  /** Down to half, so that not every append pays for a cut. */
  function shrink(): void {
    let cut = 0;
    while (records.length - cut > mostRecords / 2 || bytes > mostBytes / 2) {
      const record = records[cut];
      if (record === undefined) break;
      bytes -= sizeOf(record);
      cut += 1;
    }
    records = records.slice(cut);
  }

  return {
    add(added) {
      for (const record of added) {
        records.push(record);
        bytes += sizeOf(record);
      }
      if (records.length > mostRecords || bytes > mostBytes) shrink();
    },
    from(offset) {
      const first = records[0];
      // Offsets of what is appended are consecutive: the place follows from the offset.
      if (first === undefined || offset < first.offset) return undefined;
      return records.slice(offset - first.offset);
    },
  };
}

function sizeOf({ key, json }: StoredRecord): number {
  return key.length + json.length;
}
