import type { ReactivePolicy } from '@slicecast/contracts';
import { expect, test } from 'vitest';
import { runDecider, ticksFrom } from '../run-decider.ts';
import { aForecast, aSlice, T0 } from '../samples.ts';

/** One KPI a second; without forecasts, for it needs none. */
function run(
  kpi: readonly (number | null)[],
  { inForce = 1, ...policy }: Partial<ReactivePolicy> & { inForce?: number } = {},
) {
  return runDecider({
    slice: aSlice({ flavorInForce: inForce, policy: { kind: 'reactive', ...policy } }),
    ticks: ticksFrom(T0, kpi.length),
    forecastAt: (at, { epoch, flavorInForce }) =>
      aForecast(at, {}, { epoch, flavorInForce, observedKpi: kpi[(at - T0) / 1000] ?? null }),
  });
}

const seconds = (count: number, kpi: number): number[] => Array(count).fill(kpi);
const changesOf = ({ changes }: ReturnType<typeof run>) =>
  changes.map(({ at, to }) => [(at - T0) / 1000, to]);

test('it looks every 15 s, and goes up when the mean of 15 s is beyond the bound', () => {
  const { decisions, ...rest } = run([...seconds(20, 100), ...seconds(30, 400)]);
  // At 15 s all is well; at 30 s the mean is (4 · 100 + 11 · 400) / 15 = 320.
  expect(changesOf({ decisions, ...rest })).toEqual([[30, 2]]);
  expect(decisions[30]).toMatchObject({ reason: 'kpi-beyond-target', numbers: { kpi: 320 } });
  expect(decisions[29]?.reason).toBe('between-syncs');
});

test('within a tenth of the target it stays, so that it goes up beyond the bound alone', () => {
  expect(changesOf(run(seconds(60, 179)))).toEqual([]);
  expect(changesOf(run(seconds(60, 181)))).toEqual([[0, 2]]);
});

test('it goes down when for 300 s half the replicas would have been enough', () => {
  const slow = run([...seconds(10, 100), ...seconds(500, 60)], { inForce: 2 });
  // At 15 s the mean is still 84: 2 · 84 / 163.6 = 1.03 needs both; 300 s later that is forgotten.
  expect(changesOf(slow)).toEqual([[315, 1]]);
  expect(slow.decisions[30]?.reason).toBe('stabilising');
  expect(slow.decisions[315]?.reason).toBe('kpi-below-target');
});

test('a flavor counts for as many replicas as the policy says', () => {
  const kpi = seconds(400, 100);
  expect(changesOf(run(kpi, { inForce: 2 }))).toEqual([]);
  const small = { inForce: 2, replicas: { 1: 1, 2: 1.5 }, downStabilisationSeconds: 0 };
  expect(changesOf(run(kpi, small))[0]).toEqual([0, 1]);
});

test('a missing KPI is no value, and without any it does not begin', () => {
  const { decisions } = run([null, null, null]);
  expect(decisions.map(({ reason }) => reason)).toEqual(Array(3).fill('no-kpi'));
  expect(changesOf(run([...seconds(15, 400), ...Array(100).fill(null)]))).toEqual([[0, 2]]);
});

test('it asks for no feature: where they are bad it goes by the KPI all the same', () => {
  const slice = aSlice({ policy: { kind: 'reactive' } });
  const { changes, decisions } = runDecider({
    slice,
    ticks: ticksFrom(T0, 60),
    forecastAt: (at, { epoch, flavorInForce }) =>
      aForecast(at, {}, { epoch, flavorInForce, observedKpi: 400, inputQuality: 'bad' }),
  });
  expect(changes.map(({ at, to }) => [at - T0, to])).toEqual([[0, 2]]);
  expect(decisions.some(({ reason }) => reason === 'bad-input')).toBe(false);
});

test('a KPI that was gone for a while is judged by what came after', () => {
  const gone = Array<null>(100).fill(null);
  const { decisions, changes } = run([...seconds(15, 100), ...gone, ...seconds(5, 400)]);
  expect(decisions.at(-1)?.numbers).toMatchObject({ kpi: 400 });
  expect(changes.map(({ at }) => (at - T0) / 1000)).toEqual([115]);
});

test('it steers throughput from below', () => {
  const slice = aSlice({
    sla: { bound: 100, side: 'lower', complianceRatio: 0.99, windowSeconds: 3600 },
    policy: { kind: 'reactive' },
  });
  const { changes } = runDecider({
    slice,
    ticks: ticksFrom(T0, 20),
    forecastAt: (at, { epoch }) => aForecast(at, {}, { epoch, observedKpi: 80 }),
  });
  expect(changes.map(({ to }) => to)).toEqual([2]);
});
