import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../../app-error.ts';
import { writeFully } from '../../files/write-fully.ts';
import type { Logger } from '../../observability/logger.ts';
import { type Arrivals, createArrivals } from '../arrivals.ts';
import type { TopicSpec } from '../log.ts';
import type { LogCounts } from '../log-counts.ts';
import type {
  NewRecord,
  PartitionStore,
  ReadLimits,
  ScanRange,
  StoredRecord,
} from '../log-storage.ts';
import { takeBatch } from '../take-batch.ts';
import { type Block, findBlock, indexRecord } from './block-index.ts';
import { compactSegments } from './compact-segments.ts';
import { expiredSegments } from './expired-segments.ts';
import { encodeFrame } from './frame.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';
import { createSegment, nextOffset, openSegments } from './open-segments.ts';
import { readBlock, recordsOf, removeSegment, type Segment, writeIndex } from './segment.ts';
import { createTailCache } from './tail-cache.ts';

export interface DiskPartitionOptions {
  readonly folder: string;
  readonly topic: Pick<TopicSpec, 'name' | 'cleanup'>;
  /** Whole segments older than this go; wall clock. */
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  readonly segmentBytes: number;
  readonly logger: Logger;
  readonly counts: LogCounts;
}

/** One partition on disk: segments of records, of which the last one grows. */
export class DiskPartition implements PartitionStore {
  readonly #options: DiskPartitionOptions;
  readonly #arrivals: Arrivals = createArrivals();
  readonly #commits: GroupCommit<NewRecord>;
  #segments: Segment[];
  #handle: FileHandle;
  readonly #tail = createTailCache();
  #end: number;
  /** Closed segments are compacted when they have grown to twice what the last compaction left. */
  #compactedBytes = 0;

  private constructor(options: DiskPartitionOptions, segments: Segment[], handle: FileHandle) {
    this.#options = options;
    this.#segments = segments;
    this.#handle = handle;
    this.#end = nextOffset(this.#active());
    this.#commits = createGroupCommit((records) => this.#write(records));
  }

  static async open(options: DiskPartitionOptions): Promise<DiskPartition> {
    const { segments, tornBytes } = await openSegments(options.folder);
    const active = segments.at(-1);
    if (active === undefined) throw new Error('a partition has at least one segment');
    if (tornBytes > 0) {
      options.counts.dropped(options.topic.name, 'torn', 1);
      options.logger.warn({ path: active.path, tornBytes }, 'cut a record that was half written');
    }
    return new DiskPartition(options, segments, await open(active.path, 'r+'));
  }

  append(records: readonly NewRecord[]): Promise<void> {
    const bytes = records.reduce((sum, { key, json }) => sum + key.length + json.length, 0);
    return this.#commits.add(records, bytes);
  }

  async read(from: number, limits: ReadLimits, signal: AbortSignal): Promise<StoredRecord[]> {
    let next = Math.max(from, this.extent().start);
    while (!signal.aborted) {
      if (next >= this.#end) {
        await this.#arrivals.next(signal);
        continue;
      }
      const found = await this.#readFrom(next);
      if (found.records.length > 0) return takeBatch(found.records, 0, limits);
      next = Math.max(found.next, this.extent().start);
    }
    return [];
  }

  async *scan(range: ScanRange): AsyncGenerator<StoredRecord> {
    let next = this.extent().start;
    const before = Math.min(range.before, this.#end);
    while (next < before) {
      const found = await this.#readFrom(next, range);
      for (const record of found.records) {
        if (record.offset >= before) return;
        if (record.at >= range.fromMs && record.at < range.toMs) yield record;
      }
      next = Math.max(found.next, this.extent().start);
    }
  }

  extent(): { start: number; end: number } {
    const first = this.#segments.find(({ blocks }) => blocks.length > 0);
    return { start: first?.blocks[0]?.firstOffset ?? this.#end, end: this.#end };
  }

  /** Rolls a segment that is old, drops what is past its age or size. */
  retain(): Promise<void> {
    return this.#commits.between(() => this.#retain());
  }

  async close(): Promise<void> {
    await this.#commits.settled();
    await this.#handle.close();
  }

  #active(): Segment {
    const active = this.#segments.at(-1);
    if (active === undefined) throw new Error('a partition has at least one segment');
    return active;
  }

  async #write(records: readonly NewRecord[]): Promise<void> {
    const active = this.#active();
    const stored = records.map((record, index) => ({ ...record, offset: this.#end + index }));
    const frames = stored.map(encodeFrame);
    try {
      await writeFully(this.#handle, Buffer.concat(frames), active.bytes);
      await this.#handle.datasync();
    } catch (cause) {
      await this.#takeBack(active);
      throw writeFailed(this.#options.topic.name, cause);
    }
    if (active.bytes === 0) active.firstWriteMs = Date.now();
    for (const [index, { offset, at }] of stored.entries()) {
      const bytes = frames[index]?.length ?? 0;
      indexRecord(active.blocks, { offset, at, position: active.bytes, bytes });
      active.bytes += bytes;
    }
    active.lastWriteMs = Date.now();
    this.#tail.add(stored);
    this.#end += stored.length;
    this.#arrivals.announce();
    if (active.bytes >= this.#options.segmentBytes) await this.#roll();
  }

  /** What was refused must not come back at the next start. */
  async #takeBack(active: Segment): Promise<void> {
    try {
      await this.#handle.truncate(active.bytes);
    } catch (error) {
      this.#options.logger.error({ err: error, path: active.path }, 'cannot cut a failed write');
    }
  }

  /** What was written is durable by now: a failure here is told, and tried again with the next write. */
  async #roll(): Promise<void> {
    const closed = this.#active();
    try {
      const fresh = await createSegment(this.#options.folder, this.#end);
      const handle = await open(fresh.path, 'r+');
      this.#segments.push(fresh);
      await this.#handle.close();
      this.#handle = handle;
      await writeIndex(closed);
      if (this.#options.topic.cleanup === 'compact') await this.#compact();
      else await this.#dropExpired();
    } catch (error) {
      this.#options.logger.error({ err: error, path: closed.path }, 'rolling a segment failed');
    }
  }

  async #compact(): Promise<void> {
    const closedBytes = totalBytes(this.#segments.slice(0, -1));
    if (closedBytes < 2 * this.#compactedBytes) return;
    const { segments, replaced, droppedRecords } = await compactSegments(this.#segments);
    this.#segments = segments;
    this.#compactedBytes = totalBytes(segments.slice(0, -1));
    for (const segment of replaced) await removeSegment(segment);
    this.#options.counts.dropped(this.#options.topic.name, 'compaction', droppedRecords);
  }

  async #retain(): Promise<void> {
    const active = this.#active();
    const { cleanup, name } = this.#options.topic;
    if (cleanup === 'compact' || active.bytes === 0) return;
    const age = Date.now() - active.firstWriteMs;
    if (age > this.#options.maxAgeMs / segmentsAnAge) await this.#roll();
    else await this.#dropExpired();
    this.#options.logger.trace({ topic: name }, 'retention was checked');
  }

  async #dropExpired(): Promise<void> {
    const expired = expiredSegments(this.#segments, this.#options, Date.now());
    this.#segments = this.#segments.slice(expired.length);
    for (const segment of expired) {
      this.#options.counts.dropped(this.#options.topic.name, 'retention', recordsOf(segment));
      await removeSegment(segment);
    }
  }

  /** Records from offset `from` on, of one block, and where the next block begins. */
  async #readFrom(
    from: number,
    range?: ScanRange,
  ): Promise<{ records: readonly StoredRecord[]; next: number }> {
    const recent = this.#tail.from(from);
    if (recent !== undefined) return { records: recent, next: this.#end };
    const segment = this.#segments.find((each) => nextOffset(each) > from);
    const found = segment?.blocks[findBlock(segment.blocks, from)];
    if (segment === undefined || found === undefined) return { records: [], next: this.#end };
    // The block that grows must not grow while it is read.
    const block = { ...found };
    const next = block.lastOffset + 1;
    if (range !== undefined && (block.maxAt < range.fromMs || block.minAt >= range.toMs)) {
      return { records: [], next };
    }
    const read = await readBlock(segment, block, from);
    // Compacted or dropped in the meantime: look again where the records are now.
    if (read === undefined) return { records: [], next: from };
    if (read.damaged) this.#tellDamage(segment, block);
    return { records: read.records, next };
  }

  #tellDamage({ path }: Segment, block: Block): void {
    this.#options.counts.dropped(this.#options.topic.name, 'torn', 1);
    this.#options.logger.error({ path, block }, 'records are damaged on disk and passed over');
  }
}

/** So many times in the longest age a segment is rolled, however little comes. */
const segmentsAnAge = 8;

function totalBytes(segments: readonly Segment[]): number {
  return segments.reduce((sum, { bytes }) => sum + bytes, 0);
}

function writeFailed(topic: string, cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AppError(`Topic ${topic} cannot be written: ${why}`, {
    status: 503,
    code: 'log-write-failed',
    retriable: true,
    cause,
  });
}
