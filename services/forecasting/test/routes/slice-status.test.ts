import type { SliceInput, SliceState } from '@slicecast/contracts';
import { describe, expect, test } from 'vitest';
import { BrokenRun, SliceRun } from '../../src/loops/slice-run.ts';
import { describeSlice } from '../../src/routes/describe-slice.ts';
import { inputsOf, modelOf, trained, trainedSlice } from '../fakes/trained-slices.ts';

const models = new Map([
  [1, { modelId: 'small', model: modelOf('small') }],
  [2, { modelId: 'large', model: modelOf('large') }],
]);
const slice = trainedSlice(1);
const quiet = { newest: undefined, mostRows: 500, lookAgainAt: () => undefined };

function after(inputs: readonly SliceInput[]) {
  const run = new SliceRun(models);
  for (const input of inputs) run.step(input, slice);
  return { run, trouble: undefined };
}

const kpiless = (inputs: readonly SliceInput[]) =>
  inputs.flatMap((input) => {
    if (input.kind === 'kpi') return [];
    const { kpi: _, ...row } = input;
    return [row];
  });

describe("a slice's status", () => {
  test.each<[string, Partial<SliceState>, string, RegExp]>([
    ['without a model', { trained: [] }, 'untrained', /Y file/],
    ['that was not started', { forecasting: false }, 'off', /start_sla_forecast/],
    ['whose feed is silent', {}, 'waiting-for-rows', /feed/],
  ])('of one %s says so and what helps', (_title, change, state, reason) => {
    const status = describeSlice({ ...slice, ...change }, undefined, quiet);
    expect(status).toMatchObject({ state, window: null, lastTick: null, live: null });
    expect(status.reason).toMatch(reason);
  });

  test('counts the ticks that are missing, with the time until they are there', () => {
    const status = describeSlice(slice, after(inputsOf({ sliceId: 1, ticks: 30 })), quiet);
    const { have = 0, need = 0, etaSeconds } = status.window ?? {};
    expect(status.state).toBe('warming-up');
    expect(status.reason).toMatch(`${have} of ${need} ticks`);
    expect(have).toBeLessThan(need);
    expect(etaSeconds).toBe(need - have);
  });

  test('is content when the window is full', () => {
    const inputs = inputsOf({ sliceId: 1, ticks: 200 });
    const status = describeSlice(slice, after(inputs), quiet);
    expect(status).toMatchObject({
      state: 'forecasting',
      reason: null,
      window: { etaSeconds: 0 },
      models: [
        { flavorId: 1, modelId: 'small' },
        { flavorId: 2, modelId: 'large' },
      ],
      lastTick: inputs.at(-1)?.at,
      inputQuality: 'fresh',
    });
    expect(status.live?.ticks).toBeGreaterThan(150);
  });

  test('of one whose KPI does not stream does not wait for it for ever', () => {
    const status = describeSlice(
      slice,
      after(kpiless(inputsOf({ sliceId: 1, ticks: 300 }))),
      quiet,
    );
    expect(status.state).toBe('forecasting');
    expect(status.reason).toMatch(/no KPI comes.*\/kpi/);
    expect(status.window).toBeNull();
  });

  test('of one whose flavor in force has no model names the flavor', () => {
    const run = new SliceRun(new Map([...models].filter(([flavorId]) => flavorId === 2)));
    for (const input of inputsOf({ sliceId: 1, ticks: 5 })) run.step(input, slice);
    const half = { ...slice, trained: [trained(2, 'large')] };
    const status = describeSlice(half, { run, trouble: undefined }, quiet);
    expect(status).toMatchObject({ state: 'untrained', window: null });
    expect(status.reason).toMatch(/flavor 1 is in force and has no model/);
  });

  test('counts the states of the features when too few are usable', () => {
    const inputs = inputsOf({ sliceId: 1, ticks: 200 });
    const last = inputs.at(-1);
    if (last?.kind !== 'row') throw new Error('the last input is a row');
    const states = last.states.map((_, index) =>
      index === 0 ? ('missing' as const) : ('stale' as const),
    );
    const status = describeSlice(
      slice,
      after([...inputs.slice(0, -1), { ...last, states }]),
      quiet,
    );
    expect(status).toMatchObject({ state: 'bad-input', inputQuality: 'bad' });
    expect(status.reason).toMatch('1 missing, 2 stale');
  });

  test('names the flavors whose forecasts nothing may act on', () => {
    const ungated = new Map(models);
    const model = modelOf('large');
    const xAlone = { ...model.xAlone, scoreboard: { ...model.xAlone.scoreboard, gated: false } };
    ungated.set(2, { modelId: 'large', model: { ...model, xAlone } });
    const run = new SliceRun(ungated);
    for (const input of inputsOf({ sliceId: 1, ticks: 200 })) run.step(input, slice);
    const status = describeSlice(slice, { run, trouble: undefined }, quiet);
    expect(status.reason).toMatch(/flavor 2: the model does not beat its baselines/);
  });

  test('says why its models cannot be used', () => {
    const gone = { ...slice, trained: [trained(1, 'gone')] };
    const trouble = 'gone: not in the store any more';
    const status = describeSlice(gone, { run: undefined, trouble }, quiet);
    expect(status).toMatchObject({ state: 'broken', reason: expect.stringContaining(trouble) });
  });
});

test('a run that breaks says what broke it', () => {
  const broken = { ...modelOf('small'), windowMs: -1e9 };
  expect(() => new SliceRun(new Map([[1, { modelId: 'small', model: broken }]]))).toThrow(
    BrokenRun,
  );
});
