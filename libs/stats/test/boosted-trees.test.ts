import { expect, test } from 'vitest';
import { boostedValue, boostTrees } from '../src/boosted-trees.ts';
import { seededRandom } from '../src/seeded-random.ts';

const options = {
  quantile: 0.5,
  trees: 80,
  learningRate: 0.1,
  leaves: 6,
  leafRows: 20,
  rowShare: 0.5,
  columnShare: 1,
  seed: 3,
};
const rows = 3000;
const random = seededRandom(8);
/** y = 10·[x₀ > .5] + x₁ + noise in [0, 4·x₁), every hundredth row an outlier. */
const x = Float64Array.from({ length: 2 * rows }, () => random());
const y = Float64Array.from({ length: rows }, (_, row) => {
  const [a = 0, b = 0] = x.subarray(2 * row, 2 * row + 2);
  const outlier = row % 100 === 0 ? 1000 : 0;
  return (a > 0.5 ? 10 : 0) + b + 4 * b * random() + outlier;
});
const valueAt = (fit: ReturnType<typeof boostTrees>, a: number, b: number) =>
  boostedValue(fit, Float64Array.of(a, b), 0);

test('absolute loss finds the median, whatever the outliers', () => {
  const fit = boostTrees(x, y, options);
  for (const [a, b] of [
    [0.2, 0.5],
    [0.8, 0.5],
    [0.8, 0.9],
  ] as const) {
    expect(Math.abs(valueAt(fit, a, b) - ((a > 0.5 ? 10 : 0) + 3 * b))).toBeLessThan(0.5);
  }
});

test.each([0.1, 0.9])('the %d quantile has about that share of the rows below it', (quantile) => {
  const fit = boostTrees(x, y, { ...options, quantile });
  const below = y.filter((value, row) => value <= boostedValue(fit, x, 2 * row)).length / rows;
  expect(Math.abs(below - quantile)).toBeLessThan(0.03);
  const width = (b: number) => valueAt(fit, 0.2, b) - 3 * b;
  expect(Math.abs(width(0.9))).toBeGreaterThan(2 * Math.abs(width(0.2)));
});

test('the same seed gives the same trees, another one others', () => {
  const few = { ...options, trees: 3 };
  expect(boostTrees(x, y, few)).toEqual(boostTrees(x, y, few));
  expect(boostTrees(x, y, { ...few, seed: 4 })).not.toEqual(boostTrees(x, y, few));
});

test('a row without a value still gets one', () => {
  expect(Number.isFinite(valueAt(boostTrees(x, y, options), Number.NaN, 0.5))).toBe(true);
});

test('what is missing is told apart from every value, also after the trees were stored', () => {
  const gone = (row: number) => row % 3 === 0;
  const sparse = x.map((value, k) => (k % 2 === 0 && gone(k >> 1) ? Number.NaN : value));
  const values = y.map((_, row) => (gone(row) ? -50 : 50) + random());
  const fit = boostTrees(sparse, values, options);
  const stored: typeof fit = JSON.parse(JSON.stringify(fit));
  for (const [first, expected] of [
    [Number.NaN, -50],
    [-1e9, 50],
    [0.5, 50],
  ] as const) {
    expect(valueAt(fit, first, 0.5)).toBeCloseTo(expected, -1);
    expect(valueAt(stored, first, 0.5)).toBe(valueAt(fit, first, 0.5));
  }
});
