import type { Change } from '@slicecast/contracts';
import { expect, test } from 'vitest';
import { judgeRun } from '../../../src/lab/accept/judge.ts';

const flavor = (id: number, pricePerHour: number) => ({
  id,
  name: `f${id}`,
  pricePerHour,
  rank: id,
});
const slice = {
  sla: { bound: 250, side: 'upper', complianceRatio: 0.99, windowSeconds: 3600 },
  flavors: [flavor(1, 1), flavor(2, 3)],
} as const;
const at = Array.from({ length: 20 }, (_, k) => k * 1000);
const high = 400;
const low = 20;
const steps = (flavors: readonly number[], kpi: readonly number[]) => ({
  at,
  flavors,
  kpi: Float64Array.from(kpi),
});
const fill = (value: number, count: number) => Array<number>(count).fill(value);
/** The load needs the large flavor in the seconds 8 to 15. */
const smallOnly = steps(fill(1, 20), [...fill(low, 8), ...fill(high, 8), ...fill(low, 4)]);
const largeOnly = steps(fill(2, 20), fill(low, 20));
const options = {
  slice: { ...slice, flavors: [...slice.flavors] },
  stepMs: 1000,
  cycleSeconds: 10,
  needSeconds: 3,
  alone: new Map([
    [1, smallOnly],
    [2, largeOnly],
  ]),
};
const change = (status: string, durationMs: number | null) =>
  ({ status, reason: 'forecast-violation', durationMs }) as Change;

test('counts the seconds beyond the bound and the price of what was in force', () => {
  expect(judgeRun({ ...smallOnly, changes: [] }, options)).toMatchObject({
    violationSeconds: 8,
    violations: 1,
    cost: 20,
    changes: 0,
    seconds: 20,
    cyclesAfterFirstChange: null,
    leadTimeSeconds: null,
    slowestChangeMs: null,
  });
  expect(judgeRun({ ...largeOnly, changes: [] }, options)).toMatchObject({
    violationSeconds: 0,
    cost: 60,
  });
});

test('tells how long before its need the larger flavor was in force, and counts changes by reason', () => {
  const flavors = [...fill(1, 5), ...fill(2, 15)];
  const changes = [change('verified', 80), change('verifying', 120), change('failed', null)];
  const run = { ...steps(flavors, [...fill(low, 19), high]), changes };
  // The need begins with the first three seconds of which two violate: at second 7.
  expect(judgeRun(run, options)).toMatchObject({
    violationSeconds: 1,
    cost: 50,
    changes: 1,
    leadTimeSeconds: { median: 2, shortest: 2 },
    cyclesAfterFirstChange: 1.5,
    reasons: { 'forecast-violation': 2, failed: 1 },
    slowestChangeMs: 120,
  });
});

test('takes a second without a KPI for no violation, and says how much was seen', () => {
  const kpi = [...fill(Number.NaN, 5), ...fill(high, 15)];
  const outcome = judgeRun({ ...steps(fill(1, 20), kpi), changes: [] }, options);
  expect(outcome).toMatchObject({ violationSeconds: 15, observedShare: 0.75 });
  expect(outcome.kpi.slice(3, 7)).toEqual([null, null, high, high]);
});

test('counts half seconds as such', () => {
  const run = { ...smallOnly, changes: [] };
  const outcome = judgeRun(run, { ...options, stepMs: 500 });
  expect(outcome).toMatchObject({ violationSeconds: 4, cost: 10, seconds: 10 });
});
