import { expect, test } from 'vitest';
import { type DecideInput, decide } from '../../src/domain/decide.ts';
import { initialDeciderState } from '../../src/domain/decider-state.ts';
import type { ChangeFact } from '../../src/domain/limits.ts';
import { runDecider, ticksFrom } from './run-decider.ts';
import { aForecast, aSlice, predictivePolicy, T0 } from './samples.ts';

const violating = { 1: 0.9, 2: 0.05 };

function inputOf(changes: Partial<DecideInput> = {}): DecideInput {
  const slice = changes.slice ?? aSlice();
  return {
    forecast: aForecast(T0, violating),
    slice,
    state: initialDeciderState(slice.policy),
    changeSeconds: 3,
    ageSeconds: 0,
    maxAgeSeconds: 10,
    changes: [],
    ...changes,
  };
}

/** An input on which the rule wants to go up at once. */
function urgent(changes: Partial<DecideInput> = {}): DecideInput {
  const policy = predictivePolicy({ up: { probability: 0.2, m: 1, n: 1 } });
  return inputOf({ slice: aSlice({ policy }), ...changes });
}

test('the urgent input changes the flavor when nothing stands against it', () => {
  const { decision } = decide(urgent());
  expect(decision).toMatchObject({
    id: `1-${T0}`,
    action: 'change',
    reason: 'forecast-violation',
    fromFlavor: 1,
    toFlavor: 2,
    leadTimeSeconds: 27,
  });
});

const applied = (secondsAgo: number, origin: ChangeFact['origin'] = 'decision'): ChangeFact => ({
  at: T0 - secondsAgo * 1000,
  origin,
  status: 'applied',
  settledAt: T0 - secondsAgo * 1000,
});
const failed = (secondsAgo: number): ChangeFact => ({ ...applied(secondsAgo), status: 'failed' });
const policy = predictivePolicy({ up: { probability: 0.2, m: 1, n: 1 } });

const guards: [string, Partial<DecideInput>, string][] = [
  ['a paused slice', { slice: aSlice({ policy, paused: true }) }, 'paused'],
  ['a forecast of an older epoch', { slice: aSlice({ policy, epoch: 1 }) }, 'stale-epoch'],
  [
    'a forecast of a later epoch',
    { forecast: aForecast(T0, violating, { epoch: 1 }) },
    'stale-epoch',
  ],
  ['a flavor held by hand', { slice: aSlice({ policy, heldUntil: T0 + 1 }) }, 'manual-hold'],
  ['a tick that is decided too late', { ageSeconds: 10.5 }, 'superseded'],
  ['bad input', { forecast: aForecast(T0, violating, { inputQuality: 'bad' }) }, 'bad-input'],
  ['a message without forecasts', { forecast: aForecast(T0, {}) }, 'no-forecast'],
  ['no model with skill', { forecast: ungated(aForecast(T0, violating)) }, 'no-skill'],
  [
    'a change being carried out',
    { changes: [{ ...applied(1), status: 'applying', settledAt: null }] },
    'change-in-progress',
  ],
  ['a change just applied', { changes: [applied(5)] }, 'cooldown'],
  ['a change by hand just applied', { changes: [applied(5, 'manual')] }, 'cooldown'],
  ['a change that just failed', { changes: [failed(29)] }, 'backing-off'],
  ['two changes that failed', { changes: [failed(100), failed(59)] }, 'backing-off'],
  [
    'a spent budget',
    { changes: Array.from({ length: 12 }, (_, i) => applied(3000 - i)) },
    'budget-exhausted',
  ],
  [
    'a spent budget of none',
    { slice: aSlice({ policy: { ...policy, maxChangesPerHour: 0 } }) },
    'budget-exhausted',
  ],
];

test.each(guards)('%s keeps the flavor and says so', (_title, changes, reason) => {
  const { decision } = decide(urgent(changes));
  expect(decision).toMatchObject({ action: 'keep', reason, fromFlavor: 1, toFlavor: 1 });
});

const passing: [string, ChangeFact[]][] = [
  ['a cooldown that is over', [applied(10)]],
  ['a pause that is over', [failed(30)]],
  ['a failure before the last success', [failed(12), applied(11)]],
  ['a budget spent more than an hour ago', Array.from({ length: 12 }, (_, i) => applied(3700 + i))],
  [
    'changes by hand, which are not of the budget',
    Array.from({ length: 12 }, (_, i) => applied(900 + i, 'manual')),
  ],
];

test.each(passing)('%s stands against nothing', (_title, changes) => {
  expect(decide(urgent({ changes })).decision.action).toBe('change');
});

test('a hold that is over stands against nothing', () => {
  const slice = aSlice({ policy, heldUntil: T0 });
  expect(decide(inputOf({ slice })).decision.action).toBe('change');
});

test('the way down keeps one change of the budget for the way back', () => {
  const slice = aSlice({
    flavorInForce: 2,
    policy: predictivePolicy({ maxChangesPerHour: 1 + 1 }),
  });
  const spent = [applied(1000)];
  const run = runDecider({
    slice,
    ticks: ticksFrom(T0, 60),
    forecastAt: (at, { epoch }) => aForecast(at, { 1: 0, 2: 0 }, { epoch, flavorInForce: 2 }),
  });
  const last = run.decisions.find((decision) => decision.action === 'change');
  expect(last?.reason).toBe('cheaper-flavor-keeps-sla');
  const state = run.decisions[28]?.state as DecideInput['state'];
  const again = { forecast: aForecast(T0 + 29_000, { 1: 0, 2: 0 }), slice, state, changes: spent };
  expect(decide(inputOf(again)).decision.reason).toBe('budget-exhausted');
});

test('a flavor whose model has no skill is never chosen', () => {
  const forecast = aForecast(T0, { 1: 0.9, 2: 0.01 });
  const [own, other] = forecast.forecasts;
  const gatedOwn = {
    ...forecast,
    forecasts: [
      { ...own, gated: true },
      { ...other, gated: false },
    ],
  };
  const { decision } = decide(urgent({ forecast: gatedOwn as typeof forecast }));
  expect(decision).toMatchObject({ action: 'keep', reason: 'sla-cannot-be-met' });
});

test('a flavor outside the bounds is never chosen', () => {
  const bounded = aSlice({ policy: { ...policy, maxFlavor: 1 } });
  expect(decide(urgent({ slice: bounded })).decision).toMatchObject({
    action: 'keep',
    reason: 'sla-cannot-be-met',
  });
});

test('in recommend mode the same decision is recorded, and it stands as nothing is carried out', () => {
  const options = {
    ticks: ticksFrom(T0, 20),
    forecastAt: (at: number) => aForecast(at, violating),
  };
  const auto = runDecider({ slice: aSlice(), ...options });
  const recommend = runDecider({ slice: aSlice({ mode: 'recommend' }), ...options });
  const first = (run: typeof auto) => run.decisions.findIndex((each) => each.action === 'change');
  expect(first(recommend)).toBe(first(auto));
  expect(recommend.decisions[first(auto)]?.numbers).toEqual(auto.decisions[first(auto)]?.numbers);
  const later = recommend.decisions.slice(first(recommend));
  expect(later.every((each) => each.action === 'change' && each.toFlavor === 2)).toBe(true);
});

test('a tick too late for its horizon says so by a lead time below zero', () => {
  const { decision } = decide(urgent({ ageSeconds: 9, changeSeconds: 25 }));
  expect(decision.leadTimeSeconds).toBe(-4);
});

test('a policy of another kind begins with an empty memory', () => {
  const before = decide(urgent()).state;
  const kind = { kind: 'mlo-v2' as const, upperBound: 180, lowerBound: 30 };
  const slice = aSlice({ policy: kind });
  const { decision, state } = decide(inputOf({ slice, state: before }));
  expect(decision).toMatchObject({ policy: 'mlo-v2', reason: 'warming-up' });
  expect(state).toMatchObject({ policy: 'mlo-v2', memory: { seen: 1 } });
});

function ungated(forecast: ReturnType<typeof aForecast>) {
  return { ...forecast, forecasts: forecast.forecasts.map((each) => ({ ...each, gated: false })) };
}
