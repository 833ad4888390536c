import { expect, test } from 'vitest';
import { leastAbsoluteDeviations } from '../src/least-absolute-deviations.ts';

/** A plane with a ripple and three wild rows. */
const n = 40;
const round = (value: number) => Math.round(value * 1000) / 1000;
const rows = Array.from({ length: n }, (_, i) => [
  1,
  round(-2 + (4 * i) / (n - 1)),
  round(Math.sin(i)),
]);
const wild = new Map([
  [5, 40],
  [20, 60],
  [33, 25],
]);
const x = Float64Array.from(rows.flat());
const y = Float64Array.from(rows, ([, a = 0, b = 0], i) =>
  round(round(2 + 1.5 * a - 0.5 * b + 0.3 * Math.cos(3 * i)) + (wild.get(i) ?? 0)),
);
/** By scipy.optimize.linprog 1.17 (HiGHS) on Σ|yᵢ − xᵢβ|. */
const exact = [2.0455275476760257, 1.4720886582890018, -0.45089486304679816];
const exactSum = 130.94481206548593;

function sumOfDeviations(coefficients: Float64Array): number {
  const [a = 0, b = 0, c = 0] = coefficients;
  return rows.reduce(
    (sum, [, u = 0, v = 0], i) => sum + Math.abs((y[i] ?? 0) - a - b * u - c * v),
    0,
  );
}

test('without a ridge it comes to the linear programme of SciPy, which wild rows do not move', () => {
  const found = leastAbsoluteDeviations(x, y, 3, { lambda: 0, iterations: 200, floorRatio: 1e-4 });
  expect(sumOfDeviations(found) / exactSum).toBeLessThan(1.0005);
  found.forEach((coefficient, j) => {
    expect(Math.abs(coefficient - (exact[j] ?? 0))).toBeLessThan(0.02);
  });
});

test('as it is used, a few rounds and a floor, it is within a hundredth of it', () => {
  const found = leastAbsoluteDeviations(x, y, 3, { lambda: 0 });
  expect(sumOfDeviations(found) / exactSum).toBeLessThan(1.01);
});

test('an exact fit ends it without a weight of infinity', () => {
  const line = Float64Array.from(rows, ([, a = 0]) => 3 - a);
  const found = leastAbsoluteDeviations(x, line, 3, { lambda: 0 });
  [3, -1, 0].forEach((expected, j) => {
    expect(found[j]).toBeCloseTo(expected, 6);
  });
});
