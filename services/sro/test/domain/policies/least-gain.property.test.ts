import fc from 'fast-check';
import { expect, test } from 'vitest';
import { predictiveDefaults } from '../../../src/domain/policies/predictive.ts';
import { runDecider, ticksFrom } from '../run-decider.ts';
import { aForecast, aSlice, predictivePolicy, T0 } from '../samples.ts';

const bad = fc.double({ min: 0.3, max: 1, noNaN: true });

/** P(violation) of both flavors by tick, on whichever is in force. */
function run(
  ticks: readonly (readonly [small: number, large: number])[],
  flavorInForce: number,
  leastGain?: number,
) {
  const policy = predictivePolicy({
    cooldownUpSeconds: 0,
    cooldownDownSeconds: 0,
    ...(leastGain === undefined ? {} : { leastGain }),
  });
  return runDecider({
    slice: aSlice({ flavorInForce, policy }),
    ticks: ticksFrom(T0, ticks.length),
    forecastAt: (at, { epoch, flavorInForce }) => {
      const [small = 0, large = 0] = ticks[(at - T0) / 1000] ?? [];
      return aForecast(at, { 1: small, 2: large }, { epoch, flavorInForce });
    },
  });
}

/** Two flavors neither of which is acceptable, never further apart than `most`. */
const nearEqual = (most: number) =>
  fc.array(
    fc.tuple(bad, fc.double({ min: -1, max: 1, noNaN: true })).map(([level, apart]) => {
      const other = Math.min(1, Math.max(0.3, level + 0.99 * most * apart));
      return [level, other] as const;
    }),
    { minLength: 1, maxLength: 150 },
  );

test('flavors that are near-equal at every instant are not taken in turns', () => {
  const gain = fc.constantFrom(undefined, 0.05, 0.3);
  const scenario = gain.chain((leastGain) =>
    fc.record({
      leastGain: fc.constant(leastGain),
      ticks: nearEqual(leastGain ?? predictiveDefaults.leastGain),
      flavorInForce: fc.constantFrom(1, 2),
    }),
  );
  fc.assert(
    fc.property(scenario, ({ ticks, flavorInForce, leastGain }) => {
      expect(run(ticks, flavorInForce, leastGain).changes).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('a lasting difference above the margin is taken once, whatever noise is below half of it', () => {
  const noise = fc.double({ min: -0.024, max: 0.024, noNaN: true });
  const scenario = fc.record({
    better: fc.constantFrom(1, 2),
    level: fc.double({ min: 0.25, max: 0.31, noNaN: true }),
    noises: fc.array(fc.tuple(noise, noise), { minLength: 60, maxLength: 200 }),
  });
  fc.assert(
    fc.property(scenario, ({ better, level, noises }) => {
      const ticks = noises.map(([first, second]) => {
        const worse = level + first;
        const lower = level - 0.16 + second;
        return better === 1 ? ([lower, worse] as const) : ([worse, lower] as const);
      });
      const { changes } = run(ticks, 3 - better);
      expect(changes.map(({ to }) => to)).toEqual([better]);
    }),
    { numRuns: 200 },
  );
});

test('a cheaper flavor that would be left again at once is not taken, however much better it is', () => {
  const scenario = fc.array(fc.tuple(bad, bad), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(scenario, (ticks) => {
      expect(run(ticks, 2).changes).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('a difference of one tick between two hopeless flavors is no reason to change', () => {
  // A peak stays in sight for a horizon, so it is the flavor that looks better for one tick that is short-lived.
  const ticks = Array.from({ length: 60 }, (_, k) => [k === 0 ? 0.18 : 0.9, 0.9] as const);
  const { changes, decisions } = run(ticks, 2);
  expect(changes).toEqual([]);
  expect(decisions.at(-1)?.reason).toBe('sla-cannot-be-met');
});

test('with a margin of 0 near-equal flavors are taken in turns: the margin is what holds them', () => {
  const ticks = Array.from({ length: 120 }, (_, k) =>
    k % 80 < 40 ? ([0.25, 0.22] as const) : ([0.19, 0.22] as const),
  );
  expect(run(ticks, 1, 0).changes.length).toBeGreaterThan(1);
  expect(run(ticks, 1).changes).toEqual([]);
});
