import { expect, test } from 'vitest';
import { weightedRidge } from '../src/weighted-ridge.ts';

const x = Float64Array.of(
  ...[1, 0.5, -1.2, 1, 1.5, 0.3, 1, -0.7, 2.2],
  ...[1, 2.1, -0.4, 1, -1.3, 0.9, 1, 0.2, 0.1],
);
const y = Float64Array.of(1.2, 3.4, -0.5, 4.1, -2.2, 1);
const weights = Float64Array.of(1, 0.5, 2, 1, 0.25, 3);

test('its coefficients are those of numpy.linalg.solve 2.4 on the normal equations', () => {
  const expected = [0.6728650320757638, 1.512237398043939, -0.0372466789165282];
  weightedRidge(x, y, weights, 3, 0.7).forEach((coefficient, j) => {
    expect(coefficient).toBeCloseTo(expected[j] ?? 0, 12);
  });
});

test('duplicated columns share what one of them had, and nothing explodes', () => {
  const doubled = Float64Array.from({ length: 24 }, (_, i) => {
    const [row, column] = [Math.floor(i / 4), i % 4];
    return x[row * 3 + Math.min(column, 2)] ?? 0;
  });
  const [, , first = 0, second = 0] = weightedRidge(doubled, y, weights, 4, 1e-6);
  expect(first).toBeCloseTo(second, 5);
  expect(Math.abs(first)).toBeLessThan(1);
});

test('a column of zeros gets nothing', () => {
  const zeros = x.map((value, i) => (i % 3 === 2 ? 0 : value));
  const coefficients = weightedRidge(zeros, y, weights, 3, 0);
  expect(coefficients[2]).toBeCloseTo(0, 6);
  expect(coefficients.every(Number.isFinite)).toBe(true);
});
