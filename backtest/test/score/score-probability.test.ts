import { expect, test } from 'vitest';
import type { Outcome } from '../../src/run/run-fold.ts';
import { scoreProbability } from '../../src/score/score-probability.ts';

function outcome(probability: number, actual: number): Outcome {
  const quantiles = { q025: 0, q10: 0, q50: 0, q90: 0, q975: 0 };
  return { row: 0, target: 1, now: 0, quantiles, probability, actual };
}

test('the Brier score is the mean square of said less came, beside that of the usual share', () => {
  const score = scoreProbability(
    [[outcome(0.9, 200), outcome(0.2, 100)], [outcome(0.5, 181)]],
    [0.5, 0.25],
    180,
  );
  expect(score?.brier).toBeCloseTo((0.01 + 0.04 + 0.25) / 3, 12);
  expect(score?.climatologyBrier).toBeCloseTo((0.25 + 0.25 + 0.5625) / 3, 12);
});

test('every forecast is in one row of the reliability table, certainties too', () => {
  const said = [0, 0.01, 0.02, 0.5, 0.97, 0.98, 1];
  const score = scoreProbability([said.map((p) => outcome(p, p > 0.4 ? 2 : 0))], [0.5], 1);
  const rows = score?.reliability ?? [];
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(said.length);
  expect(rows[0]).toEqual({ from: 0, to: 0.02, count: 2, said: 0.005, came: 0 });
  expect(rows.at(-1)).toEqual({ from: 0.98, to: 1, count: 2, said: 0.99, came: 1 });
});

test('a KPI at the bound keeps it', () => {
  expect(scoreProbability([[outcome(0, 180)]], [0], 180)?.brier).toBe(0);
});

test('of no outcomes there is nothing to say', () => {
  expect(scoreProbability([[]], [0.5], 180)).toBeNull();
});
