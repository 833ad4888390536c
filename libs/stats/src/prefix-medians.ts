import { createScratch } from './scratch.ts';

const room = createScratch();

/**
 * The medians of the finite values among the first `lengths[k]`, for ascending lengths, in one pass of
 * insertion; NaN where there are none. O(n²) moves, which for n in the tens is less than sorting anew.
 */
export function prefixMedians(values: Float64Array, lengths: readonly number[]): number[] {
  const sorted = room(values.length);
  let count = 0;
  let next = 0;
  return lengths.map((length) => {
    for (; next < length && next < values.length; next += 1) {
      const value = values[next] as number;
      if (!Number.isFinite(value)) continue;
      let place = count;
      while (place > 0 && (sorted[place - 1] as number) > value) {
        sorted[place] = sorted[place - 1] as number;
        place -= 1;
      }
      sorted[place] = value;
      count += 1;
    }
    if (count === 0) return Number.NaN;
    const upper = sorted[count >>> 1] as number;
    const lower = sorted[(count - 1) >>> 1] as number;
    return lower + (upper - lower) * 0.5;
  });
}
