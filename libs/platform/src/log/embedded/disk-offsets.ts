import type { OffsetStore } from '../log-storage.ts';
import type { DiskPartition } from './disk-partition.ts';

/**
 * Committed offsets as records of a compacted partition of their own: a commit is one small append,
 * atomic by its CRC, and shares its sync with the commits of other groups.
 */
export async function openDiskOffsets(partition: DiskPartition): Promise<OffsetStore> {
  const offsets = new Map<string, number>();
  const everything = {
    fromMs: 0,
    toMs: Number.POSITIVE_INFINITY,
    before: Number.POSITIVE_INFINITY,
  };
  for await (const { key, json } of partition.scan(everything)) offsets.set(key, Number(json));
  return {
    committed: (group, topic, number) => offsets.get(keyOf(group, topic, number)),
    async commit(group, topic, number, offset) {
      const key = keyOf(group, topic, number);
      await partition.append([{ key, at: Date.now(), json: String(offset) }]);
      offsets.set(key, offset);
    },
  };
}

function keyOf(group: string, topic: string, partition: number): string {
  return JSON.stringify([group, topic, partition]);
}
