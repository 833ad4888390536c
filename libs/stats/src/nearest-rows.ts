import { createScratch } from './scratch.ts';
import { select } from './select.ts';

/** Rows are boxed in blocks of as many: rows that follow one another mostly lie near one another. */
const blockRows = 16;
/** A bound is rounded otherwise than a distance. */
const tolerance = 1 - 1e-12;

/** Rows to look for neighbours in. */
export interface NearestRows {
  /**
   * The rows no further from `at` (squared Euclidean distance) than the k-th nearest, k from 1 up to the number of
   * rows, in no order; their indices are in the first cells of what is given back, until the next call.
   */
  find(at: ArrayLike<number>, k: number): { readonly count: number; readonly rows: Float64Array };
}

const distanceRoom = createScratch();
const selectRoom = createScratch();
const rowRoom = createScratch();
const boundRoom = createScratch();

/**
 * Row-major `rows` of `width` columns, all finite; a typed array is not copied. Exact: whole blocks of rows are passed
 * over whose bounding box lies beyond the k nearest found so far (as in an R-tree of one level: Guttman, 1984).
 * O(rows / 16 + rows near) a search where rows follow a course, O(rows) at the worst.
 */
export function nearestRows(rows: ArrayLike<number>, width: number): NearestRows {
  const cells = rows instanceof Float64Array ? rows : Float64Array.from(rows);
  const count = cells.length / width;
  const boxes = boxesOf(cells, width);
  const blocks = Math.ceil(count / blockRows);

  /** Writes the distances of a block's rows behind the `found` ones; returns how many there are then. */
  function measure(at: ArrayLike<number>, block: number, found: number): number {
    const distances = distanceRoom(count);
    const indices = rowRoom(count);
    const end = Math.min(count, (block + 1) * blockRows);
    let next = found;
    for (let row = block * blockRows; row < end; row += 1) {
      let sum = 0;
      for (let j = 0; j < width; j += 1) {
        const difference = (cells[row * width + j] as number) - (at[j] as number);
        sum += difference * difference;
      }
      distances[next] = sum;
      indices[next] = row;
      next += 1;
    }
    return next;
  }

  /** Measures the blocks whose bound lies in (`above`, `upTo`]. */
  function measureBetween(at: ArrayLike<number>, above: number, upTo: number, found: number) {
    const bounds = boundRoom(blocks);
    let next = found;
    for (let block = 0; block < blocks; block += 1) {
      const bound = bounds[block] as number;
      if (bound > above && bound <= upTo) next = measure(at, block, next);
    }
    return next;
  }

  return {
    find(at, k) {
      writeBounds(boxes, width, at, boundRoom(blocks));
      // Enough blocks for k rows even if the last one, which may be short, is among them.
      const enough = Math.min(blocks, Math.ceil(k / blockRows) + 1);
      const first = nthOf(boundRoom(blocks), blocks, enough - 1);
      const some = measureBetween(at, Number.NEGATIVE_INFINITY, first, 0);
      const found = measureBetween(at, first, nthOf(distanceRoom(some), some, k - 1), some);
      return {
        count: keepNearest(found, nthOf(distanceRoom(found), found, k - 1)),
        rows: rowRoom(count),
      };
    },
  };
}

/** Least and largest value of each column, block by block. */
function boxesOf(cells: Float64Array, width: number): Float64Array {
  const blocks = Math.ceil(cells.length / width / blockRows);
  const boxes = new Float64Array(2 * blocks * width);
  for (let block = 0; block < blocks; block += 1) {
    for (let j = 0; j < width; j += 1) {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      const end = Math.min(cells.length, (block + 1) * blockRows * width);
      for (let cell = block * blockRows * width + j; cell < end; cell += width) {
        low = Math.min(low, cells[cell] as number);
        high = Math.max(high, cells[cell] as number);
      }
      boxes[2 * (block * width + j)] = low;
      boxes[2 * (block * width + j) + 1] = high;
    }
  }
  return boxes;
}

/** How far each block is at the least. */
function writeBounds(
  boxes: Float64Array,
  width: number,
  at: ArrayLike<number>,
  bounds: Float64Array,
): void {
  let place = 0;
  for (let block = 0; place < boxes.length; block += 1) {
    let sum = 0;
    for (let j = 0; j < width; j += 1) {
      const value = at[j] as number;
      const below = (boxes[place] as number) - value;
      const above = value - (boxes[place + 1] as number);
      const out = Math.max(below, above, 0);
      sum += out * out;
      place += 2;
    }
    bounds[block] = sum * tolerance;
  }
}

/** The n-th smallest of the first `count` values, n from 0; they stay in their order. */
function nthOf(values: Float64Array, count: number, n: number): number {
  const room = selectRoom(count);
  for (let i = 0; i < count; i += 1) room[i] = values[i] as number;
  return select(room, n, count);
}

/** Moves the rows within reach to the front; returns how many there are. */
function keepNearest(found: number, reach: number): number {
  const distances = distanceRoom(found);
  const rows = rowRoom(found);
  let kept = 0;
  for (let i = 0; i < found; i += 1) {
    if ((distances[i] as number) > reach) continue;
    rows[kept] = rows[i] as number;
    kept += 1;
  }
  return kept;
}
