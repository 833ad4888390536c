import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { AppError } from '../../app-error.ts';
import type { Logger } from '../../observability/logger.ts';
import type { TopicSpec } from '../log.ts';
import type { LogCounts } from '../log-counts.ts';
import type { LogStorage } from '../log-storage.ts';
import { openDiskOffsets } from './disk-offsets.ts';
import { DiskPartition } from './disk-partition.ts';

export interface DiskStorageOptions {
  readonly directory: string;
  /** Of a topic that is made now; one that is there keeps its number. */
  readonly partitions: number;
  readonly maxAgeMs: number;
  /** Of one topic. */
  readonly maxBytes: number;
  readonly segmentBytes: number;
  readonly logger: Logger;
  readonly counts: LogCounts;
}

export interface DiskStorage extends LogStorage {
  /** Drops what is past its age or size, in all topics. */
  retain(): Promise<void>;
}

const TopicFile = Type.Object({ partitions: Type.Integer({ minimum: 1 }) });

/** A compacted topic rolls, and is compacted, by this. */
const compactSegmentBytes = 4 * 2 ** 20;

export async function openDiskStorage(options: DiskStorageOptions): Promise<DiskStorage> {
  const topics = new Map<string, Promise<readonly DiskPartition[]>>();
  const offsetsPartition = await openPartition(options, join(options.directory, 'offsets'), {
    name: 'offsets',
    cleanup: 'compact',
  });
  const offsets = await openDiskOffsets(offsetsPartition);

  function partitions(topic: Pick<TopicSpec, 'name' | 'cleanup'>) {
    const present = topics.get(topic.name);
    if (present !== undefined) return present;
    const opened = openTopic(options, topic);
    topics.set(topic.name, opened);
    // A topic that could not be opened (no space, no right) may be asked for again.
    opened.catch(() => topics.delete(topic.name));
    return opened;
  }

  async function opened(): Promise<DiskPartition[]> {
    const all = await Promise.allSettled(topics.values());
    return all.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  }

  return {
    partitions,
    offsets,
    async retain() {
      for (const partition of await opened()) await partition.retain();
    },
    async close() {
      for (const partition of await opened()) await partition.close();
      await offsetsPartition.close();
    },
  };
}

async function openTopic(
  options: DiskStorageOptions,
  topic: Pick<TopicSpec, 'name' | 'cleanup'>,
): Promise<readonly DiskPartition[]> {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/.test(topic.name)) {
    throw new TypeError(`${topic.name} cannot be a topic's name`);
  }
  const folder = join(options.directory, 'topics', topic.name);
  const count = await partitionCount(folder, options.partitions);
  const opening = Array.from({ length: count }, (_, index) =>
    openPartition(options, join(folder, String(index)), topic),
  );
  return Promise.all(opening);
}

function openPartition(
  options: DiskStorageOptions,
  folder: string,
  topic: Pick<TopicSpec, 'name' | 'cleanup'>,
): Promise<DiskPartition> {
  const { maxAgeMs, maxBytes, partitions, logger, counts } = options;
  const largest = topic.cleanup === 'compact' ? compactSegmentBytes : options.segmentBytes;
  return DiskPartition.open({
    folder,
    topic,
    maxAgeMs,
    maxBytes: maxBytes / partitions,
    segmentBytes: Math.min(largest, options.segmentBytes),
    logger,
    counts,
  });
}

/** The number is written down: another one would put keys elsewhere. */
async function partitionCount(folder: string, wanted: number): Promise<number> {
  const path = join(folder, 'topic.json');
  await mkdir(folder, { recursive: true });
  try {
    const file: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (Value.Check(TopicFile, file)) return file.partitions;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing) throw damaged(path, error);
    await writeFile(`${path}.tmp`, JSON.stringify({ partitions: wanted }));
    await rename(`${path}.tmp`, path);
    return wanted;
  }
  throw damaged(path);
}

function damaged(path: string, cause?: unknown): AppError {
  const detail = `${path} is not what the log wrote: restore it, or move the topic's folder away.`;
  return new AppError(detail, { status: 500, code: 'log-damaged', cause });
}
