import { expect, test } from 'vitest';
import type { PolicyOutcome } from '../../../src/lab/accept/judge.ts';
import { planOf } from '../../../src/lab/accept/plan.ts';
import { closingLines, linesOfSeed, reportOn } from '../../../src/lab/accept/report.ts';

const outcome = (violationSeconds: number, cost: number): PolicyOutcome => ({
  violationSeconds,
  cost,
  seconds: 100,
  changes: 2,
  violations: 1,
  observedViolationSeconds: violationSeconds,
  observedShare: 1,
  leadTimeSeconds: { median: 3, shortest: -1 },
  cyclesAfterFirstChange: 3,
  reasons: {},
  slowestChangeMs: 50,
  kpi: [],
  flavors: [],
});
const seed = (number: number, predictive: number, cost: number) => ({
  seed: number,
  models: [],
  outcomes: {
    'small only': outcome(50, 100),
    'large only': outcome(0, 300),
    reactive: outcome(20, 200),
    predictive: outcome(predictive, cost),
  },
});

test('gives the figures of the aims for each seed, and their spread', () => {
  const report = reportOn(planOf(45), [seed(1, 2, 180), seed(2, 8, 210), seed(3, 4, 150)]);
  expect(report.violationRatios).toEqual([0.1, 0.4, 0.2]);
  expect(report.costShares).toEqual([0.6, 0.7, 0.5]);
  const text = closingLines(report).join('\n');
  expect(text).toContain('0.10, 0.20, 0.40 (lowest, median, highest of 3 seeds)');
  expect(text).not.toContain('MISSED');
});

test('says which aim was missed', () => {
  const text = closingLines(reportOn(planOf(45), [seed(1, 9, 240)])).join('\n');
  expect(text).toMatch(/0\.45 \(aim: at most 0\.4; MISSED\)/);
  expect(text).toMatch(/0\.80 \(aim: at most 0\.75; MISSED\)/);
});

test('has a row for each policy, with lead times that came too late', () => {
  const lines = linesOfSeed(seed(1, 2, 180));
  expect(lines.find((line) => line.includes('predictive'))).toMatch(
    /2 of 100 +180 +60 % +2 +3 \(shortest -1\)/,
  );
});
