import { expect, test } from 'vitest';
import { scoreModel, skillOver } from '../../src/score/score-model.ts';

const sampling = { stepMs: 1000, horizonSeconds: 30, seed: 1 };

function fold(actuals: readonly number[], medians: readonly number[]) {
  return { actuals: Float64Array.from(actuals), medians: Float64Array.from(medians) };
}

test('figures are the means over the folds', () => {
  const score = scoreModel([fold([10, 30], [12, 26]), fold([100, 100], [90, 100])], sampling);
  expect(score?.mae).toBeCloseTo((3 + 5) / 2, 12);
  expect(score?.nmae).toBeCloseTo((3 / 20 + 5 / 100) / 2, 12);
  expect(score?.rmse).toBeCloseTo((Math.sqrt(10) + Math.sqrt(50)) / 2, 12);
});

test('a KPI that is negative throughout has a positive NMAE with ordered bounds', () => {
  const actuals = Array.from({ length: 500 }, (_, i) => -50 - 10 * Math.sin(i / 7));
  const score = scoreModel(
    [
      fold(
        actuals,
        actuals.map((value, i) => value + (i % 5)),
      ),
    ],
    sampling,
  );
  expect(score?.nmae).toBeCloseTo(2 / 50, 3);
  expect(score?.nmaeBounds?.lower).toBeLessThan(score?.nmae ?? 0);
  expect(score?.nmaeBounds?.upper).toBeGreaterThan(score?.nmae ?? 0);
});

test('targets without a forecast are left out, and a fold without any leaves no score', () => {
  const some = fold([10, 20, 30], [11, Number.NaN, 33]);
  expect(scoreModel([some], sampling)?.mae).toBeCloseTo(2, 12);
  expect(scoreModel([some, fold([1], [Number.NaN])], sampling)).toBeNull();
});

test('skill compares at the targets that both have', () => {
  const own = [fold([10, 20, 30], [11, 20, Number.NaN])];
  const other = [fold([10, 20, 30], [14, Number.NaN, 30])];
  expect(skillOver(own, other, sampling)?.value).toBeCloseTo(0.75, 12);
});
