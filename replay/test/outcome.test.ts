import { expect, test } from 'vitest';
import { outcomeOf } from '../src/judge/outcome.ts';
import { aSlice, kpiRecording, repeated } from './fakes.ts';

const slice = aSlice();
const none = Number.NaN;

test('violations are counted in seconds and in stretches, cost in flavor-seconds by price', () => {
  const recording = kpiRecording([200, 200, 100, 200, 100], repeated(5, 50));
  const span = { from: 0, to: 5 };
  expect(outcomeOf(recording, slice, { span, flavors: [1, 1, 1, 1, 1] })).toMatchObject({
    violationSeconds: 3,
    violations: 2,
    cost: 5,
    changes: 0,
    observedShare: 1,
  });
  expect(outcomeOf(recording, slice, { span, flavors: [1, 2, 2, 2, 1] })).toMatchObject({
    violationSeconds: 1,
    cost: 11,
    changes: 2,
  });
});

test('where the flavor in force was not recorded, its forecasts are counted apart', () => {
  const recording = kpiRecording(repeated(5, 200), repeated(5, none));
  const risk = (_flavorId: number, index: number) => [0, 0.95, 0.5, 0.05, 0.2][index];
  const flavors = [1, 2, 2, 2, 2];
  const outcome = outcomeOf(recording, slice, { span: { from: 0, to: 5 }, flavors, risk });
  expect(outcome).toMatchObject({ observedViolationSeconds: 1, observedShare: 0.2 });
  expect(outcome.violationSeconds).toBe(1);
  expect(outcome.estimatedViolationSeconds).toEqual({ low: 1, mid: 1.7, high: 3 });
});

test('an estimate in the middle lies between the low and the high one', () => {
  const recording = kpiRecording(repeated(20, none), repeated(20, none));
  for (const probability of [0, 0.05, 0.09, 0.9, 0.95, 1]) {
    const { estimatedViolationSeconds: seconds } = outcomeOf(recording, slice, {
      span: { from: 0, to: 20 },
      flavors: repeated(20, 1),
      risk: () => probability,
    });
    expect(seconds.low).toBeLessThanOrEqual(seconds.mid);
    expect(seconds.mid).toBeLessThanOrEqual(seconds.high);
  }
});

const leads: [string, number, number][] = [
  ['early enough', 30, 10],
  ['too late', 45, -5],
];

test.each(leads)('a change that is %s has its lead time', (_title, inForceAt, lead) => {
  // From 40 s on the small flavor violates; 15 s from 40 − 7 on hold 8 of them, which is most.
  const recording = kpiRecording([...repeated(40, 100), ...repeated(60, 200)], repeated(100, 50));
  const flavors = [...repeated(inForceAt, 1), ...repeated(100 - inForceAt, 2)];
  const outcome = outcomeOf(recording, slice, { span: { from: 0, to: 100 }, flavors });
  const { shortest, median } = outcome.leadTimeSeconds ?? { shortest: none, median: none };
  expect(shortest).toBe(median);
  expect(Math.abs(shortest - lead)).toBeLessThanOrEqual(7);
});
