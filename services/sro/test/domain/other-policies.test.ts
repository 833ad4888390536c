import { expect, test } from 'vitest';
import { otherPolicies } from '../../src/domain/other-policies.ts';
import type { RecordedTick } from '../../src/domain/record/slice-record.ts';
import { type ForecastAt, runDecider, ticksFrom } from './run-decider.ts';
import { aForecast, aSlice, predictivePolicy, T0 } from './samples.ts';

const storm: ForecastAt = (at, { epoch, flavorInForce }) =>
  aForecast(
    at,
    { 1: 0.9, 2: 0.05 },
    { epoch, flavorInForce, observedKpi: 400, medians: { 1: 200 } },
  );

/** A run of `count` seconds on the small flavor, as the log holds it. */
function record(count: number, forecastAt = storm, slice = aSlice()): RecordedTick[] {
  const ticks = ticksFrom(T0, count);
  const { decisions } = runDecider({ slice: { ...slice, mode: 'recommend' }, ticks, forecastAt });
  return decisions.map((decision) => ({
    decision,
    forecast: forecastAt(decision.at, slice),
    slice,
    exact: true,
  }));
}

function askedAtTheEnd(ticks: readonly RecordedTick[]) {
  const tick = ticks.at(-1);
  if (tick === undefined) throw new Error('no tick');
  const others = otherPolicies(tick.decision, tick, ticks.slice(0, -1));
  return Object.fromEntries(others.map((each) => [each.kind, each]));
}

test('the other policies are asked about the same tick, each with the past that it looks at', () => {
  const others = askedAtTheEnd(record(31));
  expect(Object.keys(others)).toEqual(['reactive', 'load-threshold', 'mlo-v2']);
  // At the third of its looks, every 15 s, the KPI has been 400 for a target of 180 / 1.1.
  expect(others.reactive).toMatchObject({
    ticksSeen: 30,
    decision: { action: 'change', toFlavor: 2, reason: 'kpi-beyond-target', policy: 'reactive' },
  });
  expect(others.reactive).toHaveProperty(
    'explanation',
    expect.stringContaining('R_99 was 400 on the mean of 15 s, for a target of 164'),
  );
  expect(others['mlo-v2']).toMatchObject({
    policy: { upperBound: 180, lowerBound: 30 },
    decision: {
      action: 'keep',
      reason: 'warming-up',
      numbers: { samples: 31, samplesNeeded: 240 },
    },
  });
});

test('a policy that cannot be computed says why', () => {
  const others = askedAtTheEnd(record(3));
  expect(others['load-threshold']).toEqual({
    kind: 'load-threshold',
    unavailable: expect.stringContaining('needs the load that each flavor carries'),
  });
  const throughput = aSlice({ sla: { ...aSlice().sla, side: 'lower' } });
  expect(askedAtTheEnd(record(3, storm, throughput))['mlo-v2']).toHaveProperty('unavailable');
});

test('of a decision that no tick asked for, no other policy can be asked', () => {
  const [tick] = record(1);
  if (tick === undefined) throw new Error('no tick');
  for (const other of otherPolicies(tick.decision, undefined, [])) {
    expect(other).toHaveProperty('unavailable', expect.stringContaining('no tick asked'));
  }
});

test('the bounds of the slice hold for the others as well', () => {
  const slice = aSlice({ policy: predictivePolicy({ maxFlavor: 1 }) });
  expect(askedAtTheEnd(record(31, storm, slice)).reactive).toMatchObject({
    policy: { maxFlavor: 1 },
    decision: { action: 'keep', reason: 'no-higher-flavor' },
  });
});

test('predictive is asked with its defaults where the slice has another policy', () => {
  const policy = { kind: 'reactive' as const };
  expect(askedAtTheEnd(record(5, storm, aSlice({ policy }))).predictive).toMatchObject({
    decision: { action: 'change', toFlavor: 2, reason: 'forecast-violation' },
  });
});
