import { expect, test } from 'vitest';
import { appliedAt, endsAt, type Second, watchChange } from './watched-change.ts';

/** Low before the change and high after it: seconds from the 60th on. */
const after = (second: number) => second >= 60;

type Case = [title: string, secondAt: (second: number) => Second, verdict: string];

const upgrades: Case[] = [
  ['keeps to its forecast', () => ({ kpi: 100, expected: { 1: 200, 2: 100 } }), 'as-forecast'],
  [
    'violates as was forecast',
    (second) => ({ kpi: after(second) ? 300 : 250, expected: { 1: 400, 2: 290 } }),
    'as-forecast',
  ],
  [
    'is beyond its forecast and better than before',
    (second) => ({ kpi: after(second) ? 200 : 300, expected: { 1: 300, 2: 100 } }),
    'no-worse-than-before',
  ],
  [
    'violates, and the load would have it so without the change',
    (second) => ({ kpi: after(second) ? 300 : 100, expected: { 1: 290, 2: 100 } }),
    'load-explains',
  ],
  [
    'violates, and the newest forecast says that it would soon without the change',
    (second) => ({
      kpi: after(second) ? 300 : 100,
      expected: { 1: second < 75 ? 150 : 400, 2: 100 },
    }),
    'load-explains',
  ],
  [
    'is worse than everything and within the SLA',
    (second) => ({ kpi: after(second) ? 170 : 100, expected: { 1: 120, 2: 60 } }),
    'slightly-worse',
  ],
  [
    'is worse than forecast, than before and than without it',
    (second) => ({ kpi: after(second) ? 300 : 100, expected: { 1: 200, 2: 60 } }),
    'worse',
  ],
  [
    'is not observed',
    (second) => ({ kpi: after(second) ? null : 100, expected: { 1: 1, 2: 1 } }),
    'unobserved',
  ],
  [
    'is observed now and then',
    (second) => ({ kpi: second % 4 === 0 ? 300 : null, expected: { 1: 200, 2: 60 } }),
    'unobserved',
  ],
  ['was not forecast', () => ({ kpi: 100, expected: { 1: 1, 2: null } }), 'unjudged'],
  [
    'violates, and nothing is known of the flavor before',
    (second) => ({ kpi: after(second) ? 300 : 100, expected: { 1: null, 2: 60 } }),
    'unjudged',
  ],
  [
    'violates, and nothing was seen before',
    (second) => ({ kpi: after(second) ? 300 : null, expected: { 1: 200, 2: 60 } }),
    'unjudged',
  ],
];

test.each(upgrades)('a KPI that %s', (_title, secondAt, verdict) => {
  const watch = watchChange(secondAt);
  expect(watch?.verdict).toBe(verdict);
  if (verdict !== 'worse') expect(watch?.at).toBe(endsAt);
});

test('a downgrade to a flavor that is worse than forecast is found before its window is over', () => {
  const secondAt = (second: number) => ({
    kpi: after(second) ? 300 : 60,
    expected: { 1: 100, 2: 60 },
  });
  const watch = watchChange(secondAt, { from: 2, to: 1 });
  // 10 s to settle, then the twelfth tick.
  expect(watch).toMatchObject({ verdict: 'worse', at: appliedAt + 21_000 });
});

test('a throughput that falls is worse', () => {
  const slice = {
    sla: { bound: 50, side: 'lower' as const, complianceRatio: 0.99, windowSeconds: 60 },
  };
  const falls = (second: number) => ({
    kpi: after(second) ? 20 : 100,
    expected: { 1: 90, 2: 120 },
  });
  const rises = (second: number) => ({
    kpi: after(second) ? 300 : 100,
    expected: { 1: 90, 2: 120 },
  });
  expect(watchChange(falls, { slice })?.verdict).toBe('worse');
  expect(watchChange(rises, { slice })?.verdict).toBe('as-forecast');
});

test('a KPI that is bad only while it settles is not held against the change', () => {
  const secondAt = (second: number) => ({
    kpi: after(second) && second < 70 ? 900 : 100,
    expected: { 1: 200, 2: 100 },
  });
  expect(watchChange(secondAt)?.verdict).toBe('as-forecast');
});

test('a quarter of the ticks being bad is no reason to go back', () => {
  const secondAt = (second: number) => ({
    kpi: after(second) && second % 4 === 0 ? 900 : 100,
    expected: { 1: 200, 2: 100 },
  });
  expect(watchChange(secondAt)?.verdict).toBe('as-forecast');
});

test('what a change takes until the KPI feels it is measured where the forecasts tell the flavors apart', () => {
  const felt = (seconds: number) => (second: number) => ({
    kpi: second >= 60 + seconds ? 100 : 300,
    expected: { 1: 300, 2: 100 },
  });
  expect(watchChange(felt(0))?.feltMs).toBe(0);
  expect(watchChange(felt(7))?.feltMs).toBe(7000);
  const alike = () => ({ kpi: 100, expected: { 1: 105, 2: 100 } });
  expect(watchChange(alike)?.feltMs).toBeNull();
});

test('one good tick among bad ones is not the change being felt', () => {
  const secondAt = (second: number) => ({
    kpi: second >= 70 || second === 63 ? 100 : 300,
    expected: { 1: 300, 2: 100 },
  });
  expect(watchChange(secondAt)?.feltMs).toBe(10_000);
});

test('the window is in steps of the slice, and as long as its policy says', () => {
  const secondAt = () => ({ kpi: 100, expected: { 1: 200, 2: 100 } });
  const policy = { kind: 'predictive' as const, settleSeconds: 5, verifySeconds: 60 };
  expect(watchChange(secondAt, { slice: { policy } })?.at).toBe(appliedAt + 65_000);
  const never = { kind: 'predictive' as const, verifySeconds: 0 };
  expect(watchChange(secondAt, { slice: { policy: never } })).toMatchObject({
    verdict: 'unjudged',
    at: appliedAt,
  });
  const minutes = watchChange(secondAt, { slice: { stepMs: 5000 } });
  expect(minutes?.at).toBe(appliedAt + 160_000);
});
