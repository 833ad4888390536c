import { expect, test } from 'vitest';
import { sortedQuantile } from '../src/sorted-quantile.ts';

const sorted = [1, 1, 2, 3.5, 4, 5.25, 6, 9];

test.each([
  [0, 1],
  [0.1, 1],
  [0.5, 3.75],
  [0.9, 6.9],
  [0.975, 8.475],
  [1, 9],
])('the %d-quantile is that of numpy.quantile 2.4', (p, expected) => {
  expect(sortedQuantile(sorted, p)).toBeCloseTo(expected, 12);
});

test('beyond 0 and 1 it stays at the ends, and of no values it is missing', () => {
  expect(sortedQuantile(sorted, -1)).toBe(1);
  expect(sortedQuantile(sorted, 2)).toBe(9);
  expect(sortedQuantile([7], 0.3)).toBe(7);
  expect(sortedQuantile([], 0.5)).toBeNaN();
});
