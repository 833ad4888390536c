import type { Profile, SliceInput } from '@slicecast/contracts';
import { seededRandom } from '@slicecast/stats';
import { describe, expect, test } from 'vitest';
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
