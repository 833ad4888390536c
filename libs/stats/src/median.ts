import { createScratch } from './scratch.ts';
import { select } from './select.ts';

const room = createScratch();

/** The median of the finite values, in any order; NaN of none. O(n). */
export function median(values: ArrayLike<number>): number {
  const own = room(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    own[count] = value;
    count += 1;
  }
  if (count === 0) return Number.NaN;
  const upper = select(own, count >>> 1, count);
  if (count % 2 === 1) return upper;
  // `select` leaves what is not above the k-th before it.
  let lower = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count >>> 1; i += 1) lower = Math.max(lower, own[i] as number);
  return lower + (upper - lower) * 0.5;
}
