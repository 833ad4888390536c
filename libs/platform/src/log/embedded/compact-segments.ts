import { type FileHandle, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../../files/sync-folder.ts';
import { withFile } from '../../files/with-file.ts';
import { indexRecord } from './block-index.ts';
import { encodeFrame } from './frame.ts';
import { readFrames } from './read-frames.ts';
import { recordsOf, type Segment, segmentPath, writeIndex } from './segment.ts';

export interface Compaction {
  readonly segments: Segment[];
  /** No longer part of the partition: to be removed, the oldest first. */
  readonly replaced: readonly Segment[];
  readonly droppedRecords: number;
}

/**
 * Rewrites all segments but the growing one into one that holds the newest record of each key.
 * Crash-safe: the new file gets its name when it is whole, and the old ones go after that, the
 * oldest first, so that no older value of a key ever stands alone. Memory: one entry a key.
 */
export async function compactSegments(segments: readonly Segment[]): Promise<Compaction> {
  const closed = segments.slice(0, -1);
  const active = segments.at(-1);
  const first = closed[0];
  if (first === undefined || active === undefined) {
    return { segments: [...segments], replaced: [], droppedRecords: 0 };
  }
  const compacted = await rewrite(first, closed, await newestOffsets(segments));
  const before = closed.reduce((sum, segment) => sum + recordsOf(segment), 0);
  const droppedRecords = before - recordsOf(compacted);
  return { segments: [compacted, active], replaced: closed, droppedRecords };
}

async function newestOffsets(segments: readonly Segment[]): Promise<Map<string, number>> {
  const newest = new Map<string, number>();
  for (const { path } of segments) {
    await withFile(path, 'r', async (handle) => {
      for await (const { record } of readFrames(handle)) newest.set(record.key, record.offset);
    });
  }
  return newest;
}

async function rewrite(
  first: Segment,
  closed: readonly Segment[],
  newest: ReadonlyMap<string, number>,
): Promise<Segment> {
  const folder = dirname(first.path);
  const generation = first.generation + 1;
  const path = segmentPath(folder, first.baseOffset, generation);
  const compacted: Segment = { ...first, path, generation, blocks: [], bytes: 0 };
  const temporary = `${path}.tmp`;
  await withFile(temporary, 'w', async (target) => {
    for (const segment of closed) await copyNewest(segment, newest, compacted, target);
    await target.sync();
  });
  await rename(temporary, path);
  await syncFolder(folder);
  await writeIndex(compacted);
  return compacted;
}

async function copyNewest(
  segment: Segment,
  newest: ReadonlyMap<string, number>,
  compacted: Segment,
  target: FileHandle,
): Promise<void> {
  await withFile(segment.path, 'r', async (source) => {
    for await (const { record } of readFrames(source)) {
      if (newest.get(record.key) !== record.offset) continue;
      const frame = encodeFrame(record);
      await target.appendFile(frame);
      const place = { position: compacted.bytes, bytes: frame.length };
      indexRecord(compacted.blocks, { offset: record.offset, at: record.at, ...place });
      compacted.bytes += frame.length;
    }
  });
}
