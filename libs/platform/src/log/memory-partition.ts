import { createArrivals } from './arrivals.ts';
import type { TopicSpec } from './log.ts';
import type { LogCounts } from './log-counts.ts';
import type { NewRecord, PartitionStore, ReadLimits, StoredRecord } from './log-storage.ts';
import { takeBatch } from './take-batch.ts';

/** A partition in memory, bounded: the oldest go first, and of a compacted topic those with a newer one of their key. */
export function createMemoryPartition(
  topic: Pick<TopicSpec, 'name' | 'cleanup'>,
  maxBytes: number,
  counts: LogCounts,
): PartitionStore {
  const arrivals = createArrivals();
  let records: StoredRecord[] = [];
  let bytes = 0;
  let end = 0;
  /** A compacted partition is compacted again when it has grown to twice this. */
  let compactedBytes = 64 * 2 ** 10;

  function append(added: readonly NewRecord[]): void {
    for (const record of added) {
      records.push({ ...record, offset: end });
      bytes += sizeOf(record);
      end += 1;
    }
    if (topic.cleanup === 'compact' && bytes > 2 * compactedBytes) compact();
    if (bytes > maxBytes) dropOldest();
    arrivals.announce();
  }

  function compact(): void {
    const newest = new Map(records.map((record) => [record.key, record.offset]));
    const kept = records.filter(({ key, offset }) => newest.get(key) === offset);
    counts.dropped(topic.name, 'compaction', records.length - kept.length);
    records = kept;
    bytes = kept.reduce((sum, record) => sum + sizeOf(record), 0);
    compactedBytes = Math.max(compactedBytes, bytes);
  }

  /** Down to three quarters, so that not every append pays for a cut. */
  function dropOldest(): void {
    let dropped = 0;
    while (bytes > maxBytes * 0.75 && dropped < records.length - 1) {
      bytes -= sizeOf(records[dropped]);
      dropped += 1;
    }
    records = records.slice(dropped);
    counts.dropped(topic.name, 'retention', dropped);
  }

  async function read(
    from: number,
    limits: ReadLimits,
    signal: AbortSignal,
  ): Promise<StoredRecord[]> {
    while (!signal.aborted) {
      const index = indexOf(records, from);
      if (index < records.length) return takeBatch(records, index, limits);
      await arrivals.next(signal);
    }
    return [];
  }

  return {
    append: async (added) => append(added),
    read,
    async *scan({ fromMs, toMs, before }) {
      for (const record of records) {
        if (record.offset >= before) return;
        if (record.at >= fromMs && record.at < toMs) yield record;
      }
    },
    extent: () => ({ start: records[0]?.offset ?? end, end }),
  };
}

/** The first record at or after `offset`, by bisection. */
function indexOf(records: readonly StoredRecord[], offset: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.offset ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sizeOf(record: NewRecord | undefined): number {
  return record === undefined ? 0 : record.key.length + record.json.length + 32;
}
