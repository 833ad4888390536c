import { expect, test } from 'vitest';
import { runDecider, ticksFrom } from '../run-decider.ts';
import { aForecast, aSlice, mloV2Policy, T0 } from '../samples.ts';

function run(
  medians: readonly number[],
  policy: Parameters<typeof mloV2Policy>[0] = {},
  inForce = 1,
) {
  return runDecider({
    slice: aSlice({ policy: mloV2Policy(policy), flavorInForce: inForce }),
    ticks: ticksFrom(T0, medians.length),
    forecastAt: (at, { epoch, flavorInForce }) => {
      const median = medians[(at - T0) / 1000] ?? 100;
      const options = { epoch, flavorInForce, medians: { 1: median, 2: median } };
      return aForecast(at, { 1: 0.5, 2: 0.5 }, options);
    },
  }).decisions;
}

const cases: [string, number, number, string, string][] = [
  ['a forecast at the upper bound', 1, 180, 'change', 'upper-bound-reached'],
  ['a forecast just below the upper bound', 1, 179.9, 'keep', 'within-sla'],
  ['a forecast at the lower bound', 2, 30, 'change', 'lower-bound-reached'],
  ['a forecast just above the lower bound', 2, 30.1, 'keep', 'within-sla'],
  ['an upgrade of the highest flavor', 2, 200, 'keep', 'no-higher-flavor'],
  ['a downgrade of the lowest flavor', 1, 20, 'keep', 'no-cheaper-flavor'],
];

test.each(cases)('%s', (_title, inForce, median, action, reason) => {
  expect(run([median], {}, inForce)[0]).toMatchObject({ action, reason });
});

test('it decides nothing before its history is full, 240 forecasts by default', () => {
  const { historySamples: _, ...policy } = mloV2Policy();
  const { decisions } = runDecider({
    slice: aSlice({ policy }),
    ticks: ticksFrom(T0, 240),
    forecastAt: (at) => aForecast(at, { 1: 0.5, 2: 0.5 }, { medians: { 1: 200, 2: 200 } }),
  });
  expect(decisions[238]?.reason).toBe('warming-up');
  expect(decisions[239]?.reason).toBe('upper-bound-reached');
});

test('a counter is reset when the forecast comes back between the bounds', () => {
  const limit = { upperPredictionsLimit: 2 };
  const reasons = run([200, 100, 200, 200], limit).map((each) => each.reason);
  expect(reasons).toEqual(['votes-pending', 'within-sla', 'votes-pending', 'upper-bound-reached']);
});

test('the counters are reset by a change', () => {
  const decisions = run([200, 200, 200, 200, 20, 20], { lowerPredictionsLimit: 2 });
  expect(decisions.map((each) => each.reason)).toEqual([
    'upper-bound-reached',
    'change-in-progress',
    'change-in-progress',
    'no-higher-flavor',
    'votes-pending',
    'lower-bound-reached',
  ]);
});

test('a flavor outside the bounds of the policy is not stepped to', () => {
  expect(run([200], { maxFlavor: 1 })[0]?.reason).toBe('no-higher-flavor');
});

test('a flavor without a model in charge is not stepped to', () => {
  const { decisions } = runDecider({
    slice: aSlice({ policy: mloV2Policy() }),
    ticks: [T0],
    forecastAt: (at) => aForecast(at, { 1: 0.5 }, { medians: { 1: 200 } }),
  });
  expect(decisions[0]).toMatchObject({ action: 'keep', reason: 'no-skill' });
});
