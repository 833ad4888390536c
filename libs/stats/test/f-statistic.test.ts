import { expect, test } from 'vitest';
import { fStatistic } from '../src/f-statistic.ts';

const x = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
const y = [2, 7, 1, 8, 2, 8, 1, 8, 2, 8];

test('the F of a regression is that of sklearn.feature_selection.f_regression 1.9', () => {
  expect(fStatistic(x, y)).toBeCloseTo(0.08905077, 7);
});

test('the F of a regression leaves out pairs of which one is missing', () => {
  expect(fStatistic([...x, Number.NaN], [...y, 3])).toBeCloseTo(0.08905077, 7);
});

test('the F of an exact line is infinite, of two points 0', () => {
  expect(fStatistic([1, 2, 3], [2, 4, 6])).toBe(Number.POSITIVE_INFINITY);
  expect(fStatistic([1, 2], [2, 4])).toBe(0);
});
