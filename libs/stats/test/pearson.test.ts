import { describe, expect, test } from 'vitest';
import { pearson } from '../src/pearson.ts';

const x = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
const y = [2, 7, 1, 8, 2, 8, 1, 8, 2, 8];

describe("Pearson's correlation", () => {
  test('is that of scipy.stats.pearsonr 1.17', () => {
    expect(pearson(x, y)).toBeCloseTo(0.10492284287735881, 12);
  });

  test('leaves out pairs of which one is missing', () => {
    const gaps = [...x, Number.NaN, 100, Number.POSITIVE_INFINITY];
    expect(pearson(gaps, [...y, 5, Number.NaN, 5])).toBeCloseTo(0.10492284287735881, 12);
  });

  test('keeps its digits beside a large mean', () => {
    const far = x.map((value) => 1e9 + value);
    expect(pearson(far, y)).toBeCloseTo(0.10492284287735881, 6);
  });

  test.each([
    ['two pairs', [1, 2], [2, 4]],
    ['a constant', [1, 1, 1, 1], [1, 2, 3, 4]],
    ['nothing', [], []],
  ])('is 0 for %s', (_what, a, b) => {
    expect(pearson(a, b)).toBe(0);
  });
});
