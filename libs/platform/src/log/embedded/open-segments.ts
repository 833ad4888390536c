import { mkdir, open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../files/sync-folder.ts';
import {
  loadSegment,
  parseSegmentName,
  removeSegment,
  type Segment,
  segmentPath,
} from './segment.ts';

/** A partition's segments by offset, at least one; the last one grows. */
export interface FoundSegments {
  readonly segments: Segment[];
  /** Bytes of records that were never acknowledged, or were damaged, at the end of the newest segment. */
  readonly tornBytes: number;
}

/** Opens a partition's folder as the last process left it, however that one ended. */
export async function openSegments(folder: string): Promise<FoundSegments> {
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  // A compaction that was not finished left its file under another name.
  for (const name of names.filter((each) => each.endsWith('.tmp'))) await rm(join(folder, name));
  const found = await Promise.all(
    names.filter((name) => parseSegmentName(name) !== undefined).map((n) => loadSegment(folder, n)),
  );
  const segments = await dropSuperseded(found);
  if (segments.length === 0) segments.push(await createSegment(folder, 0));
  const tornBytes = await cutTail(segments.at(-1));
  return { segments, tornBytes };
}

export async function createSegment(folder: string, baseOffset: number): Promise<Segment> {
  const path = segmentPath(folder, baseOffset);
  await (await open(path, 'a')).close();
  await syncFolder(folder);
  const now = Date.now();
  const times = { firstWriteMs: now, lastWriteMs: now };
  return { path, baseOffset, generation: 0, blocks: [], bytes: 0, ...times };
}

/** The next offset after a segment's last record; its base when it has none. */
export function nextOffset(segment: Segment): number {
  return (segment.blocks.at(-1)?.lastOffset ?? segment.baseOffset - 1) + 1;
}

/**
 * What a compaction replaced and a crash left behind: older generations of a base, and segments
 * whose records an earlier one holds already.
 */
async function dropSuperseded(found: readonly Segment[]): Promise<Segment[]> {
  const ordered = found.toSorted(
    (a, b) => a.baseOffset - b.baseOffset || b.generation - a.generation,
  );
  const kept: Segment[] = [];
  for (const segment of ordered) {
    const before = kept.at(-1);
    const same = before?.baseOffset === segment.baseOffset;
    if (before !== undefined && (same || segment.baseOffset < nextOffset(before))) {
      await removeSegment(segment);
    } else kept.push(segment);
  }
  return kept;
}

async function cutTail(newest: Segment | undefined): Promise<number> {
  if (newest === undefined) return 0;
  const { size } = await stat(newest.path);
  if (size > newest.bytes) await truncate(newest.path, newest.bytes);
  return size - newest.bytes;
}
