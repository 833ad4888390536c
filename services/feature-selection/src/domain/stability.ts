import { seededRandom } from '@slicecast/stats';
import { errorsOf, errorsOfMedian, type HeldOut, type ScaledColumn } from './held-out.ts';
import { gainOf } from './informative.ts';

const resamples = 10;
const blocks = 24;
/** A column counts as chosen in a resample when its gain is within this share of the best one's. */
const nearBest = 0.8;

/**
 * For each column the share of resamples in which it is about as good as the best: the rows are cut
 * into blocks, of which each resample draws as many with replacement, kept in the order of time.
 */
export function stabilityOf(
  columns: readonly ScaledColumn[],
  heldOut: HeldOut,
  seed: number,
): readonly number[] {
  const random = seededRandom(seed);
  const chosen = columns.map(() => 0);
  for (let r = 0; r < resamples; r += 1) {
    const rows = drawRows(heldOut.target.length, random);
    const pick = (cells: Float64Array) => Float64Array.from(rows, (row) => cells[row] ?? 0);
    const resampled = {
      ...heldOut,
      target: pick(heldOut.target),
      folds: foldsWithin(heldOut, rows.length),
    };
    const nothing = errorsOfMedian(resampled);
    const gains = columns.map((column) => gainOf(errorsOf([pick(column)], resampled), nothing));
    const best = Math.max(...gains);
    gains.forEach((gain, index) => {
      if (gain > 0 && gain >= nearBest * best) chosen[index] = (chosen[index] ?? 0) + 1;
    });
  }
  return chosen.map((count) => count / resamples);
}

function drawRows(length: number, random: () => number): readonly number[] {
  const size = Math.max(1, Math.floor(length / blocks));
  const drawn = Array.from({ length: blocks }, () => Math.floor(random() * blocks)).sort(
    (a, b) => a - b,
  );
  return drawn.flatMap((block) =>
    Array.from({ length: size }, (_, k) => Math.min(length - 1, block * size + k)),
  );
}

function foldsWithin({ target, folds }: HeldOut, length: number): HeldOut['folds'] {
  const scale = length / Math.max(1, target.length);
  return folds.map(({ end, until }) => ({
    end: Math.floor(end * scale),
    until: Math.floor(until * scale),
  }));
}
