import { expect, test } from 'vitest';
import { KpiTicks } from '../../src/domain/kpi-ticks.ts';

function kpiAfter(closedUntil: number, stepMs = 1000, recorded: number[] = []): KpiTicks {
  return new KpiTicks({ stepMs, phaseMs: 0 }, { closedUntil, firstRow: 0, recorded });
}

test('a KPI waits for the row of its tick', () => {
  const kpi = kpiAfter(5000);
  expect(kpi.add(6000, 24.9, 6000)).toBe('row');
  expect(kpi.close(6000)).toBe(24.9);
});

test('the tick of a KPI is the one that ends its step, and the newest value in it counts', () => {
  const kpi = kpiAfter(0, 15_000);
  kpi.add(7000, 1, 16_000);
  kpi.add(14_000, 2, 16_000);
  expect(kpi.add(9000, 3, 16_000)).toBe('duplicate');
  expect(kpi.close(15_000)).toBe(2);
});

test('after its row it is late, once', () => {
  const kpi = kpiAfter(5000);
  expect(kpi.close(6000)).toBeUndefined();
  expect(kpi.add(6000, 1, 7000)).toBe('late');
  expect(kpi.add(6000, 1, 7000)).toBe('duplicate');
});

test('a tick that was recorded with its KPI before a restart takes no second one', () => {
  const kpi = kpiAfter(5000, 1000, [4000]);
  expect(kpi.add(4000, 1, 5000)).toBe('duplicate');
  expect(kpi.add(5000, 1, 5000)).toBe('late');
});

test.each([
  ['NaN', 6000, Number.NaN, 'not-finite'],
  ['one from the future', 20_000, 1, 'from-the-future'],
  ['one that no forecast waits for', 1, 1, 'too-old'],
] as const)('%s is refused', (_title, at, value, intake) => {
  const kpi = kpiAfter(at === 1 ? 1_000_000 : 5000);
  expect(kpi.add(at, value, at === 1 ? 1_000_000 : 6000)).toBe(intake);
});

test('one from before the first row belongs to none', () => {
  const kpi = new KpiTicks(
    { stepMs: 1000, phaseMs: 0 },
    { closedUntil: 5000, firstRow: 6000, recorded: [] },
  );
  expect(kpi.add(5000, 1, 5000)).toBe('too-old');
});
