import { type SliceInput, topics } from '@slicecast/contracts';
import { createMemoryLog, type Log } from '@slicecast/platform';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SliceRun } from '../../src/loops/slice-run.ts';
import {
  type ForecastingProcess,
  publishState,
  readTopic,
  startForecasting,
} from '../fakes/forecasting-process.ts';
import { until } from '../fakes/start-service.ts';
import { start } from '../fakes/synthetic-load.ts';
import { inputsOf, modelOf, models, trained, trainedSlice } from '../fakes/trained-slices.ts';

let log: Log;
let running: ForecastingProcess;
let now = start;

beforeEach(async () => {
  log = createMemoryLog();
  await publishState(log, trainedSlice(1));
  running = await startForecasting(log, models, () => now);
});
afterEach(async () => {
  await running.stop();
  await log.close();
});

/** Resolves when the inputs, all of one slice, are taken. */
async function give(inputs: readonly SliceInput[]): Promise<void> {
  const key = String(inputs[0]?.sliceId);
  const taken = () =>
    Object.values(running.counts.of(Number(key))).reduce((sum, count) => sum + count, 0);
  const enough = taken() + inputs.length;
  const messages = inputs.map((value) => ({ key, at: value.at, value }));
  await log.append(topics.sliceInputs, messages);
  await until(async () => (taken() >= enough ? true : undefined));
}

describe('a row of a slice that forecasts', () => {
  test('gives one message with the flavor in force and every candidate', async () => {
    const inputs = inputsOf({ sliceId: 1, ticks: 20 });
    await give(inputs);
    const messages = await readTopic(log, topics.sliceForecasts, '1');
    expect(messages.map(({ at }) => at)).toEqual(inputs.map(({ at }) => at));
    expect(messages.at(-1)).toMatchObject({
      sliceId: 1,
      flavorInForce: 1,
      inputQuality: 'fresh',
      forecasts: [
        { flavorId: 1, counterfactual: false, horizonSeconds: 10, modelId: 'small' },
        { flavorId: 2, counterfactual: true, horizonSeconds: 10, modelId: 'large' },
      ],
    });
  });

  test("gives the median in MLO-V2's form as well", async () => {
    const inputs = inputsOf({ sliceId: 1, ticks: 3 });
    await give(inputs);
    const messages = await readTopic(log, topics.sliceForecasts, '1');
    const estimations = await readTopic(log, topics.slaEstimations, '1');
    expect(estimations).toEqual(
      messages.map(({ at, forecasts }) => ({
        measurement: 'sla_slice_1_estimations',
        values: [forecasts[0]?.quantiles.q50],
        time: `${(at + 10_000) / 1000}.0`,
        tags: {},
      })),
    );
  });

  test('is checkpointed once a minute of event time', async () => {
    await give(inputsOf({ sliceId: 1, ticks: 200 }));
    const checkpoints = await readTopic(log, topics.forecastCheckpoints, '1');
    // The first one at once, the others at the slice's instant of the minute.
    const gaps = checkpoints.slice(2).map(({ at }, k) => at - (checkpoints[k + 1]?.at ?? 0));
    expect(gaps.length).toBeGreaterThanOrEqual(2);
    expect(new Set(gaps)).toEqual(new Set([60_000]));
    expect(checkpoints[0]).toMatchObject({ tenantId: 'default', modelIds: ['large', 'small'] });
  });

  test('that is old is published all the same, and counted as superseded', async () => {
    const inputs = inputsOf({ sliceId: 1, ticks: 30 });
    now = (inputs.at(-1)?.at ?? 0) + 3000;
    await give(inputs);
    now = start;
    expect(await readTopic(log, topics.sliceForecasts, '1')).toHaveLength(30);
    // The three newest are at most 5 s old.
    expect(running.counts.of(1)).toEqual({ superseded: 27, forecast: 3 });
  });

  test('is forecast once, however often its tick comes', async () => {
    const inputs = inputsOf({ sliceId: 1, ticks: 10 });
    await give(inputs);
    await give(inputs.slice(5));
    expect(await readTopic(log, topics.sliceForecasts, '1')).toHaveLength(10);
    expect(running.counts.of(1)).toEqual({ forecast: 10, 'tick-not-newer': 5 });
  });
});

describe('nothing is published', () => {
  test.each([
    ['a slice that is not to forecast', { forecasting: false }, 'not-forecasting'],
    ['a slice without models', { trained: [] }, 'untrained'],
    ['models that are gone', { trained: [trained(1, 'gone')] }, 'broken'],
  ])('for %s', async (_title, change, outcome) => {
    await publishState(log, trainedSlice(3, change));
    await until(async () => running.slices.get(3));
    await give(inputsOf({ sliceId: 3, ticks: 5 }));
    expect(await readTopic(log, topics.sliceForecasts, '3')).toEqual([]);
    expect(running.counts.of(3)).toEqual({ [outcome]: 5 });
  });

  test('for a slice that was deleted, and its run is forgotten', async () => {
    await give(inputsOf({ sliceId: 1, ticks: 5 }));
    expect(running.runs.find(1)?.run).toBeDefined();
    await publishState(log, trainedSlice(1, { version: 2, deleted: true }));
    await until(async () => (running.runs.find(1) === undefined ? true : undefined));
  });
});

test('one slice whose models fail does not hold up the others', async () => {
  const broken = {
    ...models.get('small'),
    liveKpi: { members: [{ name: 'of a later version' }], scoreboard: {} },
  };
  await running.stop();
  const withBroken = new Map(models).set('broken', broken as never);
  running = await startForecasting(log, withBroken, () => now);
  await publishState(log, trainedSlice(4, { trained: [trained(1, 'broken')] }));
  await until(async () => running.slices.get(4));
  const own = inputsOf({ sliceId: 1, ticks: 150 });
  const others = inputsOf({ sliceId: 4, ticks: 150 });
  await give(others);
  await give(own);
  expect(await readTopic(log, topics.sliceForecasts, '1')).toHaveLength(150);
  expect(running.runs.find(4)?.trouble).toMatch(/failed on their input/);
  expect(running.failure()).toBeUndefined();
});

test('a flavor that was profiled again begins anew, and the others keep what they learned', async () => {
  const inputs = inputsOf({ sliceId: 1, ticks: 150 });
  await give(inputs.slice(0, 140));
  const retrained = [trained(1, 'small'), trained(2, 'large-again')];
  await publishState(log, trainedSlice(1, { version: 2, trained: retrained }));
  await until(async () => (running.slices.get(1)?.version === 2 ? true : undefined));
  await give(inputs.slice(140));

  const messages = await readTopic(log, topics.sliceForecasts, '1');
  expect(messages.map(({ at }) => at)).toEqual(inputs.map(({ at }) => at));
  expect(messages[140]?.forecasts).toMatchObject([
    { modelId: 'small', champion: 'live-kpi' },
    { modelId: 'large-again' },
  ]);
  const unchanged = new SliceRun(new Map([[1, { modelId: 'small', model: modelOf('small') }]]));
  for (const input of inputs) unchanged.step(input, trainedSlice(1));
  const here = { partition: 0, offset: 0 };
  const learned = running.runs.find(1)?.run?.checkpoint(here).flavors['1'];
  expect(learned).toEqual(unchanged.checkpoint(here).flavors['1']);
});

test('the KPI of a target scores the forecast that was made for it', async () => {
  await give(inputsOf({ sliceId: 1, ticks: 200, lateEvery: 3 }));
  const live = running.runs.find(1)?.run?.status().live;
  expect(live?.ticks).toBeGreaterThan(180);
  expect(live?.mae).toBeGreaterThan(0);
  expect(live?.coverage95).toBeGreaterThan(live?.coverage80 ?? 1);
});
