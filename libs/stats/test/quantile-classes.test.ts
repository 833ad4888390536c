import { expect, test } from 'vitest';
import { averageRanks, quantileClasses } from '../src/index.ts';

test('quantile classes hold equally many values', () => {
  const values = [9, 1, 8, 2, 7, 3, 6, 4];
  expect([...quantileClasses(averageRanks(values), 4)]).toEqual([3, 0, 3, 0, 2, 1, 2, 1]);
});

test('quantile classes keep ties together and missing values apart', () => {
  const values = [5, 5, 5, Number.NaN, 9];
  const [first, second, third, missing, last] = quantileClasses(averageRanks(values), 4);
  expect([first, second, third]).toEqual([1, 1, 1]);
  expect(missing).toBe(4);
  expect(last).toBe(3);
});
