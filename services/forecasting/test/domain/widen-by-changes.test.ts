import { seededRandom } from '@slicecast/stats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  nominal,
  probabilityAtMost,
  quantilesOf,
  startCalibrator,
} from '../../src/domain/calibrator.ts';
import { fitResidualQuantiles } from '../../src/domain/residual-quantiles.ts';
import { mixedProbabilityAtMost, widenedQuantiles } from '../../src/domain/widen-by-changes.ts';

/** Of its own the model is off by −.5 to .5, evenly. */
const random = seededRandom(3);
const middle = Float64Array.from({ length: 3000 }, () => 5 + random());
const spreads = new Float64Array(middle.length).fill(Number.NaN);
const residuals = fitResidualQuantiles(
  { middle, below: spreads, above: spreads },
  middle.map((value) => value + random() - 0.5),
);
const calibration = startCalibrator(residuals);
const estimate = { middle: 5.5, below: Number.NaN, above: Number.NaN };
const own = { residuals, calibration, estimate, widening: 1 };
const alone = quantilesOf(residuals, calibration, estimate);
const change = (from: number, to: number, weight = 1) => ({
  residuals: Array.from({ length: 16 }, (_, k) => from + ((to - from) * (k + 0.5)) / 16),
  weight,
});

describe('a counterfactual forecast', () => {
  test('is the model’s own before any change', () => {
    expect(widenedQuantiles({ ...own, outcomes: [] })).toEqual(alone);
  });

  test.each([
    // Half its own, half 1 to 2 above: a fifth of the upper half is above 1.8.
    ['after one change', [change(1, 2)], 7.3],
    ['after three', [change(1, 2), change(1, 2), change(1, 2)], 5.5 + 1 + 13 / 15],
    ['after one that counts an 18th any more', [change(1, 2, 1 / 18)], 5.95],
  ])('reaches up to where nine in ten of the mixture lie %s', (_, outcomes, q90) => {
    const quantiles = widenedQuantiles({ ...own, outcomes });
    expect(Math.abs((quantiles[3] ?? 0) - q90)).toBeLessThan(0.05);
    expect(quantiles.slice(0, 3)).toEqual(alone.slice(0, 3));
  });

  test('is told probabilities by how often outcomes lay beyond', () => {
    const outcomes = [change(1, 2), change(1, 2)];
    const atMost = (value: number) => mixedProbabilityAtMost({ ...own, outcomes }, value);
    expect(atMost(6.2)).toBeCloseTo(1 / 3, 5);
    expect(atMost(7)).toBeCloseTo(2 / 3, 5);
  });

  test('is never narrower than the model’s own, whatever came after changes', () => {
    const residual = fc.double({ min: -4, max: 4, noNaN: true });
    const outcome = fc.record({
      residuals: fc
        .array(residual, { minLength: 1, maxLength: 16 })
        .map((some) => some.toSorted((a, b) => a - b)),
      weight: fc.double({ min: 0.001, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 16 }), (outcomes) => {
        const quantiles = widenedQuantiles({ ...own, outcomes });
        nominal.forEach((p, k) => {
          const [wide = 0, narrow = 0] = [quantiles[k], alone[k]];
          if (p < 0.5) expect(wide).toBeLessThanOrEqual(narrow);
          if (p > 0.5) expect(wide).toBeGreaterThanOrEqual(narrow);
        });
        expect(quantiles).toEqual(quantiles.toSorted((a, b) => a - b));
      }),
    );
  });

  test('agrees with its probabilities where outcomes widened it', () => {
    const outcomes = [change(-1, 1), change(0.2, 1.4), change(-0.8, 2)];
    const forecast = { ...own, outcomes };
    const quantiles = widenedQuantiles(forecast);
    [3, 4].forEach((k) => {
      const told = mixedProbabilityAtMost(forecast, quantiles[k] ?? 0);
      expect(Math.abs(told - (nominal[k] ?? 0))).toBeLessThan(0.03);
    });
    expect(probabilityAtMost(residuals, calibration, estimate, quantiles[3] ?? 0)).toBeGreaterThan(
      0.9,
    );
  });
});
