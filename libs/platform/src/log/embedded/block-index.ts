import { type Static, Type } from 'typebox';

/**
 * A stretch of a segment that is read at once, with the times in it: a read by offset bisects to
 * its block, a read by time passes over the blocks that hold nothing of its range.
 */
export const Block = Type.Object({
  firstOffset: Type.Integer(),
  lastOffset: Type.Integer(),
  position: Type.Integer(),
  bytes: Type.Integer(),
  records: Type.Integer(),
  /** Earliest and latest `at`, epoch ms. */
  minAt: Type.Number(),
  maxAt: Type.Number(),
});
export type Block = Static<typeof Block>;

const blockBytes = 32 * 2 ** 10;

/** Enters a record that stands at the end of what is indexed so far. */
export function indexRecord(
  blocks: Block[],
  entry: { offset: number; at: number; position: number; bytes: number },
): void {
  const last = blocks.at(-1);
  if (last === undefined || last.bytes >= blockBytes) {
    const { offset, at, position, bytes } = entry;
    const ends = { firstOffset: offset, lastOffset: offset, minAt: at, maxAt: at };
    blocks.push({ ...ends, position, bytes, records: 1 });
    return;
  }
  last.lastOffset = entry.offset;
  last.bytes += entry.bytes;
  last.records += 1;
  last.minAt = Math.min(last.minAt, entry.at);
  last.maxAt = Math.max(last.maxAt, entry.at);
}

/** The first block that holds `offset` or a later one; its index is the number of blocks when there is none. O(log n). */
export function findBlock(blocks: readonly Block[], offset: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((blocks[middle]?.lastOffset ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
