import { Model, type Profile, type SliceInput } from '@slicecast/contracts';
import { seededRandom } from '@slicecast/stats';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { describeModel } from '../../../src/domain/describe-model.ts';
import { createSliceForecaster } from '../../../src/domain/slice-forecaster.ts';
import { train } from '../../../src/domain/train.ts';
import { part, rowOf, syntheticProfile, syntheticSlice } from '../../fakes/synthetic-load.ts';

/** Latency of a load each unit of which costs more and more over ten minutes, and then little again. */
function wearing(gain: number, seed: number): Profile {
  const profile = syntheticProfile({ rows: 3000, seed });
  const random = seededRandom(seed);
  const kpi = profile.at.map((at, row) => {
    const load = (profile.columns[1]?.[row] ?? 0) / 20;
    const effect = 0.6 + 0.9 * ((at / 600_000) % 1);
    return 40 + gain * effect * (0.2 + load) * (0.8 + 0.4 * random());
  });
  return { ...profile, kpi };
}

const slice = syntheticSlice();
const [small, large] = [wearing(120, 1), wearing(50, 2)];
const hooks = { progress: () => undefined, cancelled: () => false };
const learned = 2400;
const modelOf = (profile: Profile) =>
  train({ profile: part(profile, 0, learned), horizonSeconds: 10, sla: slice.sla, seed: 1 }, hooks);
const models = new Map([
  [1, { modelId: 'small', model: modelOf(small) }],
  [2, { modelId: 'large', model: modelOf(large) }],
]);
const judged = Array.from({ length: 590 }, (_, k) => learned + k);

describe('a load whose cost wanders', () => {
  test('is followed under either flavor, and the forecast that goes by it has more skill', () => {
    for (const { model } of models.values()) {
      expect(model.effect?.wander).toBeGreaterThan(0);
      const skill = model.effect?.champion?.scoreboard.skill.value ?? 0;
      expect(skill).toBeGreaterThan(model.xAlone.scoreboard.skill.value);
    }
  });

  test('what its champion scored in training is told with the model', () => {
    const facts = { id: 'a', dataHash: 'd', modelHash: 'm', trainingSeconds: 1, createdAt: 0 };
    const request = { tenantId: 'default', sliceId: 1, flavorId: 1 };
    for (const { model } of models.values()) {
      const { effect, ...without } = model;
      const told = describeModel(request, model, facts);
      expect(Value.Check(Model, told)).toBe(true);
      expect(told.byEffect).toEqual(effect?.champion?.scoreboard);
      expect(told.byEffect?.gated).toBe(true);
      expect(describeModel(request, without, facts)).not.toHaveProperty('byEffect');
    }
  });

  test('its champion is held against the next best models and a baseline, live as in training', () => {
    const forecaster = createSliceForecaster({ models });
    for (const row of judged) forecaster.step(rowOf(small, row), slice);
    const contest = forecaster
      .contests()
      .find(({ flavorId, mode }) => flavorId === 1 && mode === 'by-effect');
    const board = models.get(1)?.model.effect?.champion?.scoreboard;
    expect(contest).toMatchObject({ inCharge: board?.champion, driftingSince: null });
    const others = contest?.standings.filter(({ role }) => role !== 'champion') ?? [];
    expect(others.map(({ model }) => model)).toContain('training-median');
    expect(others.some(({ role }) => role === 'challenger')).toBe(true);
    for (const { model } of others) {
      expect(board?.scores.map((score) => score.model)).toContain(model);
    }
  });

  test.each([
    ['drifts where more load makes less latency', (kpi: number) => 260 - kpi, true],
    ['does not where all is as it was', (kpi: number) => kpi, false],
  ] as const)('its champion %s', (_, changed, drifts) => {
    const from = learned + 100;
    const kpi = small.kpi.map((value, row) => (row < from ? value : changed(value ?? Number.NaN)));
    const forecaster = createSliceForecaster({ models });
    for (const row of judged) forecaster.step(rowOf({ ...small, kpi }, row), slice);
    const contests = forecaster.contests().filter(({ flavorId }) => flavorId === 1);
    const since = contests.find(({ mode }) => mode === 'by-effect')?.driftingSince ?? null;
    expect(since !== null).toBe(drifts);
    if (drifts) expect(Math.abs((since ?? 0) - (small.at[from] ?? 0))).toBeLessThan(150_000);
  });

  test('the small flavor is forecast by what the large one shows of it', () => {
    const error = (forget: boolean) => {
      const used = new Map(
        [...models].map(([id, { modelId, model }]) => {
          const { effect, ...rest } = model;
          const kept = forget || effect === undefined ? rest : { ...rest, effect };
          return [id, { modelId, model: kept }] as const;
        }),
      );
      const forecaster = createSliceForecaster({ models: used });
      const errors = judged.slice(0, -10).map((row) => {
        const message = forecaster.step(rowOf(large, row, 2), slice);
        const forecast = message?.forecasts.find(({ flavorId }) => flavorId === 1);
        if (row === 2900) expect(forecast?.champion).toBe(forget ? 'x-alone' : 'by-effect');
        return Math.abs((forecast?.quantiles.q50 ?? Number.NaN) - (small.kpi[row + 10] ?? 0));
      });
      return errors.reduce((sum, each) => sum + each, 0) / errors.length;
    };
    expect(error(false)).toBeLessThan(0.85 * error(true));
  });

  test('what the KPI told goes on after a restart, to the byte', () => {
    const inputs: SliceInput[] = judged.map((row) => {
      const flavor = row < 2600 || row > 2750 ? 2 : 1;
      return rowOf(flavor === 1 ? small : large, row, flavor);
    });
    const whole = createSliceForecaster({ models });
    const expected = inputs.map((one) => JSON.stringify(whole.step(one, slice)));
    expect(expected.some((message) => message.includes('by-effect'))).toBe(true);
    for (const cut of [150, 230, 420]) {
      const before = createSliceForecaster({ models });
      for (const one of inputs.slice(0, cut)) before.step(one, slice);
      const after = createSliceForecaster({ models });
      after.restore(JSON.parse(JSON.stringify(before.checkpoint())));
      const from = (inputs[cut - 1]?.at ?? 0) - Math.max(after.windowMs, 40_000);
      for (const one of inputs.slice(0, cut)) if (one.at >= from) after.warm(one);
      const next = inputs.slice(cut).map((one) => JSON.stringify(after.step(one, slice)));
      expect(next).toEqual(expected.slice(cut));
    }
  });
});
