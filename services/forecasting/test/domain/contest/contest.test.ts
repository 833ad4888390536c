import type { Profile, SliceInput } from '@slicecast/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ContestScore, Turn } from '../../../src/domain/contest/contest-watch.ts';
import { createSliceForecaster } from '../../../src/domain/slice-forecaster.ts';
import { train } from '../../../src/domain/train.ts';
import {
  part,
  rowOf,
  start,
  syntheticProfile,
  syntheticSlice,
} from '../../fakes/synthetic-load.ts';

const slice = syntheticSlice();
const hooks = { progress: () => undefined, cancelled: () => false };
const usual = syntheticProfile({ rows: 3600 });
const trainedRows = 1600;
const input = { horizonSeconds: 30, sla: slice.sla, seed: 1 };
const model = train({ ...input, profile: part(usual, 0, trainedRows) }, hooks);
const models = new Map([[1, { modelId: 'm', model }]]);

/** From this row on the service is as slow again under the same load, until it is mended. */
const broken = 2000;
const mended = 3000;
const drifting: Profile = {
  ...usual,
  kpi: usual.kpi.map((kpi, row) => (kpi !== null && row >= broken && row < mended ? 2 * kpi : kpi)),
};

function inputsOf(profile: Profile): SliceInput[] {
  return profile.at.slice(trainedRows).map((_, k) => rowOf(profile, trainedRows + k));
}

function run(profile: Profile) {
  const turns: Turn[] = [];
  const scores: (ContestScore & { readonly tick: number })[] = [];
  let tick = 0;
  const forecaster = createSliceForecaster({
    models,
    watch: {
      scored: (score) => scores.push({ ...score, tick }),
      turned: (turn) => turns.push(turn),
      elapsedMs: () => 0,
      challenged: () => undefined,
    },
  });
  const own = inputsOf(profile).map((one) => {
    tick = one.at / 1000;
    return forecaster.step(one, slice)?.forecasts[0];
  });
  return { turns, scores, own, contests: forecaster.contests() };
}

describe('challengers', () => {
  test('are the next best models, and every baseline, each with its live errors', () => {
    const { contests } = run(usual);
    expect(contests.map(({ mode }) => mode)).toEqual(['live-kpi', 'x-alone']);
    for (const { standings, inCharge } of contests) {
      const names = (role: string) =>
        standings.filter((one) => one.role === role).map((one) => one.model);
      expect(names('champion')).toEqual([inCharge]);
      expect(names('challenger').length).toBeGreaterThanOrEqual(3);
      expect(names('challenger').length).toBeLessThanOrEqual(4);
      for (const { ticks, mae, persistenceMae } of standings) {
        expect(ticks).toBeGreaterThan(80);
        expect(mae).toBeGreaterThan(0);
        expect(persistenceMae).toBeGreaterThan(0);
      }
    }
    const persistence = contests[0]?.standings.find((one) => one.model === 'persistence');
    expect(persistence?.mae).toBe(persistence?.persistenceMae);
    expect(persistence?.role).toBe('baseline');
  });

  test('forecast on a share of the ticks that is told by the number of the tick alone', () => {
    const everyTicks = model.liveKpi.rivals?.everyTicks ?? 0;
    expect(everyTicks).toBeGreaterThanOrEqual(5);
    const { scores } = run(usual);
    const origins = new Set(scores.map(({ tick }) => (tick - 30) % everyTicks));
    expect([...origins]).toEqual([0]);
  });
});

describe('a champion that drifts', () => {
  const { turns, own } = run(drifting);
  const found = own.findIndex((forecast) => forecast?.drift !== undefined);

  test('is found within fifteen minutes, with about when it began, and not before', () => {
    expect(found).toBeGreaterThan(broken - trainedRows);
    expect(found).toBeLessThan(broken - trainedRows + 900);
    const since = own[found]?.drift?.since ?? 0;
    expect(Math.abs(since - (start + broken * 1000))).toBeLessThan(300_000);
  });

  test('acts no more when nothing beats the baselines, and each forecast says so', () => {
    expect(own[found - 1]).toMatchObject({ gated: true });
    expect(own[found]).toMatchObject({ gated: false, drift: { inCharge: expect.any(String) } });
    expect(turns[0]).toMatchObject({ flavorId: 1, gated: false, since: expect.any(Number) });
  });

  test('is in charge again when it is as good as before', () => {
    const last = own.at(-1);
    expect(last?.gated).toBe(true);
    expect(last?.drift).toBeUndefined();
    const ends = turns.filter(({ since }) => since === null);
    expect(ends.length).toBeGreaterThan(0);
    for (const { inCharge, mode } of ends) {
      const champion = mode === 'live-kpi' ? model.liveKpi : model.xAlone;
      expect(inCharge).toBe(champion.scoreboard.champion);
    }
  });

  test('goes on from a checkpoint, byte for byte, whenever the process was stopped', () => {
    const inputs = inputsOf(drifting);
    const expected = own.map((forecast) => JSON.stringify(forecast));
    fc.assert(
      fc.property(fc.integer({ min: 300, max: inputs.length - 20 }), (cut) => {
        const before = createSliceForecaster({ models });
        for (const one of inputs.slice(0, cut)) before.step(one, slice);
        const checkpoint: unknown = JSON.parse(JSON.stringify(before.checkpoint()));
        const after = createSliceForecaster({ models });
        after.restore(checkpoint);
        for (const one of inputs.slice(Math.max(0, cut - 500), cut)) after.warm(one);
        const next = inputs
          .slice(cut)
          .map((one) => JSON.stringify(after.step(one, slice)?.forecasts[0]));
        expect(next).toEqual(expected.slice(cut));
      }),
      { numRuns: 6 },
    );
  });
});

test('a model of before there were challengers forecasts as it did, and looks for no drift', () => {
  const { rivals: _, ...liveKpi } = model.liveKpi;
  const { rivals: __, ...xAlone } = model.xAlone;
  const old = new Map([[1, { modelId: 'm', model: { ...model, liveKpi, xAlone } }]]);
  const forecaster = createSliceForecaster({ models: old });
  const forecasts = inputsOf(usual).map((one) => forecaster.step(one, slice)?.forecasts[0]);
  expect(forecasts).toEqual(run(usual).own);
  expect(forecaster.contests().map(({ driftingSince }) => driftingSince)).toEqual([null, null]);
});
