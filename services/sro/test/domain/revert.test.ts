import type { SliceState } from '@slicecast/contracts';
import { expect, test } from 'vitest';
import { type ForecastAt, runDecider, ticksFrom } from './run-decider.ts';
import { aForecast, aSlice, predictivePolicy, T0 } from './samples.ts';

const hour = 3600;

/**
 * Forecasts say that all is well on either flavor, at 100 on the small and 60 on the large one; on a
 * flavor that `isBroken` the KPI is 300 all the same.
 */
function world(isBroken: (flavorId: number, second: number) => boolean): ForecastAt {
  return (at, { epoch, flavorInForce }) => {
    const second = (at - T0) / 1000;
    const own = flavorInForce === 1 ? 100 : 60;
    const observedKpi = isBroken(flavorInForce, second) ? 300 : own;
    const head = { epoch, flavorInForce, observedKpi, medians: { 1: 100, 2: 60 } };
    return aForecast(at, { 1: 0.01, 2: 0.01 }, head);
  };
}

function run(forecastAt: ForecastAt, seconds: number, changes: Partial<SliceState> = {}) {
  const slice = aSlice({ flavorInForce: 2, ...changes });
  return runDecider({ slice, ticks: ticksFrom(T0, seconds), forecastAt });
}

const reasons = ({ decisions }: ReturnType<typeof run>) =>
  decisions.filter(({ action }) => action === 'change').map(({ reason }) => reason);

test('a cheaper flavor that violates against its forecast is left again, at once and not after a cooldown', () => {
  const { changes, decisions } = run(
    world((flavor) => flavor === 1),
    300,
  );
  expect(changes).toMatchObject([
    { from: 2, to: 1 },
    { from: 1, to: 2 },
  ]);
  const [down, up] = changes;
  expect(((up?.at ?? 0) - (down?.inForceAt ?? 0)) / 1000).toBe(21);
  const revert = decisions.find(({ reason }) => reason === 'worse-than-forecast');
  expect(revert).toMatchObject({
    action: 'change',
    numbers: { worseTicks: 12, judgedTicks: 12, violatingTicks: 12, kpiBefore: 60 },
    verification: { status: 'verifying', verdict: 'worse' },
  });
  // The way back is verified as well.
  expect(decisions.filter(({ verification }) => verification?.status === 'verified')).toHaveLength(
    1,
  );
});

test('each further revert is followed by a pause twice as long', () => {
  const { changes } = run(
    world((flavor) => flavor === 1),
    3 * hour,
  );
  const reverted = changes.filter(({ to }) => to === 2).map(({ inForceAt }) => inForceAt);
  const downs = changes.filter(({ to }) => to === 1).map(({ at }) => at);
  const pauses = downs.slice(1).map((at, i) => (at - (reverted[i] ?? 0)) / 1000);
  expect(pauses).toEqual([300, 600, 1200, 2400, 4800]);
});

test('in mode recommend nothing is taken back, as nothing was done', () => {
  const forecastAt = world((flavor) => flavor === 1);
  expect(reasons(run(forecastAt, 300, { mode: 'recommend' }))).not.toContain('worse-than-forecast');
});

test('with the budget spent it stays, and says how it came out', () => {
  const policy = predictivePolicy({ maxChangesPerHour: 1 });
  const { decisions } = run(
    world((flavor) => flavor === 1),
    300,
    { policy },
  );
  const ended = decisions.flatMap(({ verification }) => verification ?? []);
  expect(ended).toMatchObject([
    { status: 'verifying', verdict: null },
    { status: 'verified', verdict: 'worse' },
  ]);
});
