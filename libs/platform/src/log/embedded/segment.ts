import { Buffer } from 'node:buffer';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { withFile } from '../../files/with-file.ts';
import type { StoredRecord } from '../log-storage.ts';
import { Block, indexRecord } from './block-index.ts';
import { decodeFrame } from './frame.ts';
import { readFrames } from './read-frames.ts';

/** One file of a partition: records from `baseOffset` on. Only the newest one grows. */
export interface Segment {
  readonly path: string;
  readonly baseOffset: number;
  /** How often it was compacted; of two files of one base the higher one counts. */
  readonly generation: number;
  readonly blocks: Block[];
  /** Of whole records. */
  bytes: number;
  /** Wall clock, epoch ms: retention goes by it, because `at` may be of a replay. */
  firstWriteMs: number;
  lastWriteMs: number;
}

const SegmentIndex = Type.Object({ bytes: Type.Integer(), blocks: Type.Array(Block) });
type SegmentIndex = Static<typeof SegmentIndex>;

export function segmentPath(folder: string, baseOffset: number, generation = 0): string {
  const name = String(baseOffset).padStart(16, '0');
  return join(folder, generation === 0 ? `${name}.log` : `${name}.${generation}.log`);
}

/** Base offset and generation of a segment's file name; undefined for any other file. */
export function parseSegmentName(
  name: string,
): { baseOffset: number; generation: number } | undefined {
  const match = /^(\d{16})(?:\.(\d+))?\.log$/.exec(name);
  if (match === null) return undefined;
  return { baseOffset: Number(match[1]), generation: Number(match[2] ?? 0) };
}

/** A segment as it is found: by its index where that one fits the file, else by reading it through. */
export async function loadSegment(folder: string, name: string): Promise<Segment> {
  const parsed = parseSegmentName(name);
  if (parsed === undefined) throw new TypeError(`${name} is not a segment`);
  const path = join(folder, name);
  const { size, birthtimeMs, mtimeMs } = await stat(path);
  const index = (await readIndex(path, size)) ?? (await buildIndex(path));
  const firstWriteMs = Math.min(birthtimeMs || mtimeMs, mtimeMs);
  return { ...parsed, path, ...index, firstWriteMs, lastWriteMs: mtimeMs };
}

/** Written when a segment grows no more; without it, the segment is read through at the next start. */
export async function writeIndex({ path, bytes, blocks }: Segment): Promise<void> {
  const index: SegmentIndex = { bytes, blocks };
  await writeFile(`${path}.index`, JSON.stringify(index));
}

export async function removeSegment({ path }: Segment): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.index`, { force: true });
}

export function recordsOf({ blocks }: Segment): number {
  return blocks.reduce((sum, { records }) => sum + records, 0);
}

/**
 * A block's records from offset `from` on, and whether it ended early because of damage; undefined
 * when the segment has been replaced or removed.
 */
export async function readBlock(
  segment: Segment,
  block: Block,
  from: number,
): Promise<{ records: StoredRecord[]; damaged: boolean } | undefined> {
  const buffer = await readBytes(segment.path, block);
  if (buffer === undefined) return undefined;
  const records: StoredRecord[] = [];
  let position = 0;
  while (position < block.bytes) {
    const frame = decodeFrame(buffer, position);
    if (frame.state !== 'whole') return { records, damaged: true };
    if (frame.record.offset >= from) records.push(frame.record);
    position += frame.bytes;
  }
  return { records, damaged: false };
}

async function readBytes(path: string, block: Block): Promise<Buffer | undefined> {
  try {
    return await withFile(path, 'r', async (handle) => {
      const buffer = Buffer.allocUnsafe(block.bytes);
      const { bytesRead } = await handle.read(buffer, 0, block.bytes, block.position);
      return buffer.subarray(0, bytesRead);
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function readIndex(path: string, size: number): Promise<SegmentIndex | undefined> {
  try {
    const index: unknown = JSON.parse(await readFile(`${path}.index`, 'utf8'));
    return Value.Check(SegmentIndex, index) && index.bytes === size ? index : undefined;
  } catch {
    // No index, or half of one: the segment itself has everything.
    return undefined;
  }
}

function buildIndex(path: string): Promise<SegmentIndex> {
  return withFile(path, 'r', async (handle) => {
    const blocks: Block[] = [];
    let end = 0;
    for await (const { record, position, bytes } of readFrames(handle)) {
      indexRecord(blocks, { offset: record.offset, at: record.at, position, bytes });
      end = position + bytes;
    }
    return { bytes: end, blocks };
  });
}
