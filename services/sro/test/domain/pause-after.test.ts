import { expect, test } from 'vitest';
import { pauseAfter } from '../../src/domain/pause-after.ts';

test.each([
  [1, 1_000],
  [2, 2_000],
  [3, 4_000],
  [10, 512_000],
  [11, 600_000],
  [500, 600_000],
])('after %i failed attempts the pause is half of %i ms and up to all of it', (attempts, bound) => {
  expect(pauseAfter(attempts, 600_000, () => 0)).toBe(bound / 2);
  expect(pauseAfter(attempts, 600_000, () => 1)).toBe(bound);
});
