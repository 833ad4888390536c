import type { TopicSpec } from './log.ts';
import type { LogCounts } from './log-counts.ts';
import type { LogStorage, OffsetStore, PartitionStore } from './log-storage.ts';
import { createMemoryPartition } from './memory-partition.ts';

export interface MemoryStorageOptions {
  readonly partitions: number;
  readonly maxBytes: number;
  readonly counts: LogCounts;
}

export function createMemoryStorage(options: MemoryStorageOptions): LogStorage {
  const topics = new Map<string, readonly PartitionStore[]>();

  function partitions(topic: Pick<TopicSpec, 'name' | 'cleanup'>): readonly PartitionStore[] {
    const present = topics.get(topic.name);
    if (present !== undefined) return present;
    const made = Array.from({ length: options.partitions }, () =>
      createMemoryPartition(topic, options.maxBytes, options.counts),
    );
    topics.set(topic.name, made);
    return made;
  }

  return {
    partitions: async (topic) => partitions(topic),
    offsets: createMemoryOffsets(),
    close: async () => topics.clear(),
  };
}

function createMemoryOffsets(): OffsetStore {
  const offsets = new Map<string, number>();
  const nameOf = (...parts: (string | number)[]) => JSON.stringify(parts);
  return {
    committed: (group, topic, partition) => offsets.get(nameOf(group, topic, partition)),
    async commit(group, topic, partition, offset) {
      offsets.set(nameOf(group, topic, partition), offset);
    },
  };
}
