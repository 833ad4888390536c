import { expect, test } from 'vitest';
import { runDecider, ticksFrom } from '../run-decider.ts';
import { aForecast, aSlice, predictivePolicy, T0 } from '../samples.ts';

const seconds = (count: number) => count * 1000;

/** Runs over probabilities by tick; the last one stays. */
function run(
  byTick: readonly Record<number, number>[],
  options: {
    inForce?: number;
    ticks?: number;
    policy?: Parameters<typeof predictivePolicy>[0];
  } = {},
) {
  const slice = aSlice({
    flavorInForce: options.inForce ?? 1,
    policy: predictivePolicy(options.policy),
  });
  const ticks = ticksFrom(T0, options.ticks ?? byTick.length);
  return runDecider({
    slice,
    ticks,
    forecastAt: (at, { epoch, flavorInForce }) => {
      const probabilities = byTick[(at - T0) / 1000] ?? byTick.at(-1) ?? {};
      return aForecast(at, probabilities, { epoch, flavorInForce });
    },
  });
}

const calm = { 1: 0.01, 2: 0.01 };
const storm = { 1: 0.9, 2: 0.01 };

test('it goes up on the third tick of five above .20, not on the second', () => {
  const { decisions } = run([calm, calm, storm, storm, storm]);
  expect(decisions.map((each) => each.reason)).toEqual([
    'within-sla',
    'within-sla',
    'votes-pending',
    'votes-pending',
    'forecast-violation',
  ]);
  expect(decisions[4]?.numbers).toMatchObject({
    votes: 3,
    votesNeeded: 3,
    violationProbability: 0.9,
  });
});

test('a violation seen once stays in sight until its instant is within reach of a change', () => {
  const { decisions } = run([calm, storm, calm], { ticks: 40 });
  const up = decisions.findIndex((each) => each.action === 'change');
  expect(up).toBe(3);
});

test('it goes down only after five ticks in which nothing up to the horizon violates', () => {
  const { decisions } = run([storm, storm, calm], { inForce: 2, ticks: 60 });
  const down = decisions.findIndex((each) => each.action === 'change');
  // The last storm was forecast at tick 1 for tick 31; it leaves the reach of a change (3 s) at tick 29.
  expect(down).toBe(29 + 4);
  expect(decisions[28]?.reason).toBe('within-sla');
  expect(decisions[29]?.reason).toBe('votes-pending');
});

test('a way down is not trusted before most instants up to the horizon have been forecast', () => {
  const { decisions } = run([calm], { inForce: 2, ticks: 40 });
  expect(decisions[10]?.reason).toBe('warming-up');
  const down = decisions.find((each) => each.action === 'change');
  // 28 instants lie between 3 s and 30 s ahead; 80 % of them are known with the 23rd tick.
  expect(down?.at).toBe(T0 + seconds(22));
  expect(down?.reason).toBe('cheaper-flavor-keeps-sla');
});

test('a missing tick is no vote', () => {
  const slice = aSlice();
  const ticks = [0, 1, 2, 6, 7, 8].map((second) => T0 + seconds(second));
  const probabilities = (at: number) => (at <= T0 + seconds(2) ? calm : storm);
  const { decisions } = runDecider({
    slice,
    ticks,
    forecastAt: (at) => aForecast(at, probabilities(at)),
  });
  expect(decisions.map((each) => each.action)).toEqual([
    'keep',
    'keep',
    'keep',
    'keep',
    'keep',
    'change',
  ]);
});

const three = [
  { id: 1, name: 'small', pricePerHour: 1, rank: 1 },
  { id: 2, name: 'medium', pricePerHour: 2, rank: 2 },
  { id: 3, name: 'large', pricePerHour: 4, rank: 3 },
];

const choices: [string, Record<number, number>, number, string][] = [
  ['the cheapest acceptable flavor', { 1: 0.9, 2: 0.1, 3: 0.01 }, 2, 'forecast-violation'],
  [
    'a dearer one when the next is not acceptable',
    { 1: 0.9, 2: 0.16, 3: 0.1 },
    3,
    'forecast-violation',
  ],
  [
    'the one with the lowest probability when none is acceptable',
    { 1: 0.9, 2: 0.3, 3: 0.6 },
    2,
    'sla-cannot-be-met',
  ],
  ['none when no other is worth it', { 1: 0.9, 2: 0.88, 3: 0.95 }, 1, 'sla-cannot-be-met'],
];

test.each(choices)('on the way up it chooses %s', (_title, probabilities, flavor, reason) => {
  const { decisions } = runDecider({
    slice: aSlice({ flavors: three }),
    ticks: ticksFrom(T0, 3),
    forecastAt: (at) => aForecast(at, probabilities),
  });
  expect(decisions[2]).toMatchObject({ toFlavor: flavor, reason });
});

test('on the way down it passes over a flavor in between that costs more', () => {
  const { decisions } = runDecider({
    slice: aSlice({ flavors: three, flavorInForce: 3 }),
    ticks: ticksFrom(T0, 40),
    forecastAt: (at, { epoch }) =>
      aForecast(at, { 1: 0.1, 2: 0.01, 3: 0.01 }, { epoch, flavorInForce: 3 }),
  });
  expect(decisions.find((each) => each.action === 'change')).toMatchObject({ toFlavor: 1 });
});

test('without a model of its own the flavor in force may still give way to a cheaper safe one', () => {
  const { decisions } = runDecider({
    slice: aSlice({ flavorInForce: 2 }),
    ticks: ticksFrom(T0, 40),
    forecastAt: (at, { epoch }) => aForecast(at, { 1: 0.05 }, { epoch, flavorInForce: 2 }),
  });
  expect(decisions[0]?.reason).toBe('no-forecast');
  expect(decisions.find((each) => each.action === 'change')).toMatchObject({ toFlavor: 1 });
});

test('the memory stays small for a horizon of hours', () => {
  const day = 24 * 3600;
  const { state } = runDecider({
    slice: aSlice({ horizonSeconds: day }),
    ticks: ticksFrom(T0, 2000),
    forecastAt: (at) => {
      const forecast = aForecast(at, calm);
      const forecasts = forecast.forecasts.map((each) => ({ ...each, horizonSeconds: day }));
      return { ...forecast, forecasts };
    },
  });
  expect(JSON.stringify(state).length).toBeLessThan(6000);
});
