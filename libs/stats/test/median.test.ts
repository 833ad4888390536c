import { expect, test } from 'vitest';
import { median } from '../src/median.ts';

test('the median is that of numpy.median 2.4, in any order', () => {
  expect(median([3.5, 1, 4, 1, 5.25, 9, 2, 6])).toBe(3.75);
});

test('what is not finite is left out, and the input stays as it was', () => {
  const values = Float64Array.of(5, Number.NaN, 1, Number.POSITIVE_INFINITY, 3);
  expect(median(values)).toBe(3);
  expect([...values]).toEqual([5, Number.NaN, 1, Number.POSITIVE_INFINITY, 3]);
  expect(median([Number.NaN])).toBeNaN();
});
