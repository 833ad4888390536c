import { seededRandom } from '@slicecast/stats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  learn,
  probabilityAtMost,
  quantilesOf,
  readQuantiles,
  startCalibrator,
} from '../../src/domain/calibrator.ts';
import { fitResidualQuantiles, inSpreads, valueAt } from '../../src/domain/residual-quantiles.ts';

/** Errors are uniform and in proportion to the spread that the estimates state: .1 below, .4 above. */
const random = seededRandom(2);
const rows = 4000;
const middle = Float64Array.from({ length: rows }, () => 10 * random());
const below = new Float64Array(rows).fill(0.1);
const above = new Float64Array(rows).fill(0.4);
const errorOf = () => (random() < 0.5 ? -0.2 * random() : 0.8 * random());
const actuals = middle.map((value) => value + errorOf());
const residuals = fitResidualQuantiles({ middle, below, above }, actuals);
const estimate = { middle: 5, below: 0.1, above: 0.4 };

describe('a calibrated interval', () => {
  test('is as wide on each side as the errors are', () => {
    const quantiles = quantilesOf(residuals, startCalibrator(residuals), estimate);
    const expected = [4.81, 4.84, 5, 5.64, 5.76];
    quantiles.forEach((quantile, k) => {
      expect(Math.abs(quantile - (expected[k] ?? 0))).toBeLessThan(0.02);
    });
  });

  test('grows with the spread that the estimate states', () => {
    const state = startCalibrator(residuals);
    const [, low = 0, , high = 0] = quantilesOf(residuals, state, { ...estimate, above: 0.6 });
    expect(low).toBeCloseTo(4.84, 1);
    expect(high).toBeGreaterThan(5.85);
  });

  test('gives probabilities that agree with its quantiles, and rise with the value', () => {
    const state = startCalibrator(residuals);
    const [, low = 0, , high = 0] = quantilesOf(residuals, state, estimate);
    const at = (value: number) => probabilityAtMost(residuals, state, estimate, value);
    expect(at(low)).toBeCloseTo(0.1, 2);
    expect(at(high)).toBeCloseTo(0.9, 2);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 10, noNaN: true }), (value) => {
        expect(at(value)).toBeLessThanOrEqual(at(value + 0.05));
      }),
    );
  });

  test('reaches no further than outcomes ever lay, however large the spread that the estimate states', () => {
    const state = startCalibrator(residuals).map(() => [0.0005, 0.0005, 0.5, 0.9995, 0.9995]);
    const furthest = { below: 0.2, above: 0.8 };
    const wild = { middle: 5, below: 5, above: 50 };
    const [low = 0, , , , high = 0] = quantilesOf(residuals, state, wild);
    expect(low).toBeCloseTo(5 - 1.25 * furthest.below, 2);
    expect(high).toBeCloseTo(5 + 1.25 * furthest.above, 2);
    const [, , , , wider = 0] = quantilesOf(residuals, state, wild, 2);
    expect(wider).toBeCloseTo(5 + 2.5 * furthest.above, 2);
  });

  test('widens when errors grow, until its name is true again', () => {
    const state = startCalibrator(residuals);
    const inside = { early: 0, late: 0 };
    for (let row = 0; row < 8000; row += 1) {
      const [, low = 0, , high = 0] = quantilesOf(residuals, state, estimate);
      const actual = 5 + 1.15 * errorOf();
      const within = actual >= low && actual <= high ? 1 : 0;
      if (row < 300) inside.early += within / 300;
      if (row >= 6000) inside.late += within / 2000;
      const quantiles = readQuantiles(residuals, state, estimate);
      learn(residuals, state, { middle: 5, quantiles }, actual);
    }
    expect(inside.early).toBeLessThan(0.77);
    expect(Math.abs(inside.late - 0.8)).toBeLessThan(0.025);
  });

  test('follows a world that has gone beyond all that training saw, and comes back with it', () => {
    const state = startCalibrator(residuals);
    const run = (targets: number, errorOf: () => number) => {
      const seen = { within: 0, width: 0 };
      for (let row = 0; row < targets; row += 1) {
        const [low = 0, , , , high = 0] = quantilesOf(residuals, state, estimate);
        const actual = 5 + errorOf();
        seen.within += Number(actual >= low && actual <= high) / targets;
        seen.width += (high - low) / targets;
        const quantiles = readQuantiles(residuals, state, estimate);
        learn(residuals, state, { middle: 5, quantiles }, actual);
      }
      return seen;
    };
    const usual = run(1000, errorOf);
    const gone = () => 3 + errorOf();
    const [lost, found] = [run(60, gone), run(4000, gone)];
    expect(lost.within).toBeLessThan(0.7);
    expect(found.within).toBeGreaterThan(0.93);
    expect(probabilityAtMost(residuals, state, estimate, 6)).toBeLessThan(0.1);
    const [, , , high = 0] = quantilesOf(residuals, state, estimate);
    expect(probabilityAtMost(residuals, state, estimate, high)).toBeCloseTo(0.9, 2);
    run(12_000, errorOf);
    const back = run(1000, errorOf);
    expect(Math.abs(back.within - 0.95)).toBeLessThan(0.03);
    expect(back.width).toBeLessThan(1.3 * usual.width);
  });

  test('tells true probabilities of values near a median that has come to lie too high', () => {
    const state = startCalibrator(residuals);
    const share = { said: 0, came: 0 };
    for (let row = 0; row < 12_000; row += 1) {
      // Three fifths of what comes now lie below the models' median, which stays what it is.
      const actual = 5 + (random() < 0.6 ? -0.2 * random() : 0.8 * random());
      if (row >= 8000) {
        share.said += probabilityAtMost(residuals, state, estimate, 5) / 4000;
        share.came += Number(actual <= 5) / 4000;
      }
      const quantiles = readQuantiles(residuals, state, estimate);
      learn(residuals, state, { middle: 5, quantiles }, actual);
    }
    expect(Math.abs(share.said - share.came)).toBeLessThan(0.05);
    expect(quantilesOf(residuals, state, estimate)[2]).toBe(5);
  });
});

test('a value so many spreads away is so many spreads away', () => {
  fc.assert(
    fc.property(fc.double({ min: -20, max: 20, noNaN: true }), (spreads) => {
      expect(inSpreads(estimate, valueAt(estimate, spreads))).toBeCloseTo(spreads, 8);
    }),
  );
});
