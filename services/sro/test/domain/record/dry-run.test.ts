import type { Policy } from '@slicecast/contracts';
import { expect, test } from 'vitest';
import { DryRun } from '../../../src/domain/record/dry-run.ts';
import type { SliceRecord } from '../../../src/domain/record/slice-record.ts';
import { runDecider, ticksFrom } from '../run-decider.ts';
import { aForecast, aSlice, predictivePolicy, T0 } from '../samples.ts';

const slice = aSlice();
const seconds = 300;

/** A live run: from second 130 to 229 the small flavor violates, and its forecasts say so 30 s before. */
function liveRun(): SliceRecord {
  const forecastAt = (
    at: number,
    { epoch, flavorInForce }: { epoch: number; flavorInForce: number },
  ) => {
    const second = (at - T0) / 1000;
    const ahead = second >= 100 && second < 200;
    const bad = second >= 130 && second < 230;
    const observedKpi = bad && flavorInForce === 1 ? 400 : 100;
    return aForecast(
      at,
      { 1: ahead ? 0.95 : 0.01, 2: 0.01 },
      { epoch, flavorInForce, observedKpi },
    );
  };
  const messages = new Map<number, ReturnType<typeof forecastAt>>();
  const { decisions } = runDecider({
    slice,
    ticks: ticksFrom(T0, seconds),
    forecastAt(at, now) {
      const message = forecastAt(at, now);
      messages.set(at, message);
      return message;
    },
  });
  const ticks = decisions.flatMap((decision) => {
    const forecast = messages.get(decision.at);
    return forecast === undefined ? [] : [{ decision, forecast, slice, exact: true }];
  });
  return { ticks, others: [] };
}

function tried(policy: Policy) {
  const run = new DryRun(liveRun(), slice, policy);
  while (run.step(7)) expect(run.result.proposed.observedShare).toBeGreaterThan(0);
  return run.result;
}

test('the same policy decides what was decided', () => {
  const { asItRan, present, proposed, ...rest } = tried(slice.policy);
  expect(asItRan).toMatchObject({ changes: 2, observedViolationSeconds: 0, observedShare: 1 });
  expect(present).toEqual(asItRan);
  expect(proposed).toEqual(asItRan);
  expect(rest).toEqual({ ticksDecidedOtherwise: 0, stretches: [], stretchesLeftOut: 0 });
});

test('a policy that stays on the small flavor is cheaper, and the violations it would have had are estimated', () => {
  const { asItRan, proposed, stretches, ticksDecidedOtherwise } = tried(
    predictivePolicy({ maxChangesPerHour: 0 }),
  );
  expect(proposed).toMatchObject({ changes: 0, cost: seconds, observedViolationSeconds: 0 });
  expect(asItRan.cost).toBeGreaterThan(seconds);
  const { low, mid, high } = proposed.estimatedViolationSeconds;
  // 100 s are forecast to violate with .95, and the large flavor was in force in most of them.
  expect(high).toBe(100);
  expect(mid).toBeCloseTo(95, 0);
  expect(low).toBe(mid);
  expect(stretches).toEqual([
    { from: expect.any(Number), to: expect.any(Number), presentFlavor: 2, proposedFlavor: 1 },
  ]);
  // Up is decided at second 102, the third tick that looks bad, and takes 3 s.
  expect(stretches[0]?.from).toBe(T0 + 105_000);
  expect(ticksDecidedOtherwise).toBeGreaterThan(0);
});

test('a flavor of then that is not defined any more has no price, and the cost is not known', () => {
  const flavors = slice.flavors.map((flavor) => (flavor.id === 2 ? { ...flavor, id: 3 } : flavor));
  const run = new DryRun(
    liveRun(),
    { ...slice, flavors },
    predictivePolicy({ maxChangesPerHour: 0 }),
  );
  while (run.step(100));
  expect(run.result.asItRan.cost).toBeNull();
  expect(run.result.proposed.cost).toBe(seconds);
});

test('of many differences the first hundred are told, and how many more there are', () => {
  const ticks = ticksFrom(T0, 1).flatMap((at) => {
    const [decision] = runDecider({
      slice,
      ticks: [at],
      forecastAt: (tick) => aForecast(tick, { 1: 0.01, 2: 0.01 }),
    }).decisions;
    return decision === undefined
      ? []
      : Array.from({ length: 4000 }, (_, k) => {
          const bad = k % 20 >= 10;
          const forecast = aForecast(
            at + k * 1000,
            { 1: 0.1, 2: 0.1 },
            {
              observedKpi: 100,
              observedLoad: bad ? 1 : 0,
            },
          );
          return { decision: { ...decision, at: forecast.at }, forecast, slice, exact: true };
        });
  });
  const policy = {
    kind: 'load-threshold' as const,
    capacities: { 1: 0.5 },
    windowSeconds: 1,
    downSeconds: 0,
    maxChangesPerHour: 3600,
  };
  const run = new DryRun({ ticks, others: [] }, slice, policy);
  run.step(4000);
  const { stretches, stretchesLeftOut, proposed } = run.result;
  expect(stretches).toHaveLength(100);
  expect(stretchesLeftOut).toBe(100);
  expect(proposed.changes).toBeGreaterThanOrEqual(399);
});
