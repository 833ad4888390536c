import type { SliceInput } from '@slicecast/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSliceForecaster } from '../../src/domain/slice-forecaster.ts';
import { train } from '../../src/domain/train.ts';
import { part, rowOf, syntheticProfile, syntheticSlice } from '../fakes/synthetic-load.ts';

const slice = syntheticSlice();
const hooks = { progress: () => undefined, cancelled: () => false };
const small = syntheticProfile({ rows: 2400 });
const large = syntheticProfile({ rows: 2400, gain: 40, seed: 2 });
const input = { horizonSeconds: 30, sla: slice.sla, seed: 1 };
const models = new Map([
  [1, { modelId: 'm1', model: train({ ...input, profile: part(small, 0, 1600) }, hooks) }],
  [2, { modelId: 'm2', model: train({ ...input, profile: part(large, 0, 1600) }, hooks) }],
]);
const rows = Array.from({ length: 500 }, (_, k) => rowOf(small, 1600 + k));

describe('a slice forecaster', () => {
  test('forecasts the flavor in force and every candidate at each row, with ascending quantiles', () => {
    const forecaster = createSliceForecaster({ models });
    for (const row of rows.slice(0, 150)) {
      const message = forecaster.step(row, slice);
      expect(message?.forecasts.map(({ flavorId }) => flavorId)).toEqual([1, 2]);
      for (const { quantiles, violationProbability } of message?.forecasts ?? []) {
        const { q025, q10, q50, q90, q975 } = quantiles;
        expect([q025, q10, q50, q90, q975]).toEqual(
          [q025, q10, q50, q90, q975].toSorted((a, b) => a - b),
        );
        expect(violationProbability).toBeGreaterThanOrEqual(0);
        expect(violationProbability).toBeLessThanOrEqual(1);
      }
    }
  });

  test('uses the load alone until the KPI of this flavor covers what its champion looks at', () => {
    const forecaster = createSliceForecaster({ models });
    const champions = rows.map((row, k) => {
      const flavor = k < 300 ? 1 : 2;
      const message = forecaster.step({ ...row, flavorInForce: flavor }, slice);
      return message?.forecasts.find(({ flavorId }) => flavorId === flavor)?.champion;
    });
    expect(champions[0]).toBe('x-alone');
    expect(champions[299]).toBe('live-kpi');
    expect(champions[300]).toBe('x-alone');
    expect(champions[499]).toBe('live-kpi');
  });

  test('P(violation) is high where the load peaks and low where there is none', () => {
    const forecaster = createSliceForecaster({ models });
    const outcomes = rows.map((row, k) => {
      const own = forecaster.step(row, slice)?.forecasts[0];
      return { p: own?.violationProbability ?? Number.NaN, actual: small.kpi[1630 + k] ?? 0 };
    });
    const mean = (values: number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const violating = outcomes.filter(({ actual }) => actual > 120).map(({ p }) => p);
    const calm = outcomes.filter(({ actual }) => actual < 60).map(({ p }) => p);
    expect(mean(violating)).toBeGreaterThan(0.7);
    expect(mean(calm)).toBeLessThan(0.1);
  });

  test('missing features degrade it and widen its intervals; none at all makes the input bad', () => {
    const width = (holed: boolean) => {
      const forecaster = createSliceForecaster({ models });
      let last: ReturnType<typeof forecaster.step> = null;
      for (const row of rows.slice(0, 200)) {
        const states = row.states.map((state, k) => (holed && k === 0 ? 'missing' : state));
        last = forecaster.step({ ...row, states }, slice);
      }
      const { q90 = 0, q10 = 0 } = last?.forecasts[0]?.quantiles ?? {};
      return { quality: last?.inputQuality, width: q90 - q10 };
    };
    const whole = width(false);
    const holed = width(true);
    expect(whole.quality).toBe('fresh');
    expect(['degraded', 'bad']).toContain(holed.quality);
    expect(holed.width).toBeGreaterThan(whole.width);

    const forecaster = createSliceForecaster({ models });
    const dead = rows.slice(0, 50).map((row) => {
      const states = row.states.map(() => 'stale' as const);
      return forecaster.step({ ...row, states }, slice);
    });
    expect(dead.at(-1)?.inputQuality).toBe('bad');
    expect(dead.at(-1)?.forecasts.filter(({ counterfactual }) => counterfactual)).toEqual([]);
  });

  test('a counterfactual forecast is wider after changes to its flavor that it did not foresee', () => {
    const widths = (flavorAt: (k: number) => number) => {
      const forecaster = createSliceForecaster({ models });
      // The small flavor's KPI is another than the large one's model expects.
      const made = rows.map((row, k) =>
        forecaster.step({ ...row, flavorInForce: flavorAt(k) }, slice),
      );
      const last = made.at(-1)?.forecasts.find(({ flavorId }) => flavorId === 2);
      return (last?.quantiles.q90 ?? 0) - (last?.quantiles.q10 ?? 0);
    };
    const unchanged = widths(() => 1);
    expect(widths((k) => (k >= 400 && k < 430 ? 2 : 1))).toBeGreaterThan(1.2 * unchanged);
  });

  test('an old tick gives nothing', () => {
    const forecaster = createSliceForecaster({ models });
    const [first] = rows;
    if (first === undefined) throw new Error('no rows');
    expect(forecaster.step(first, slice)).not.toBeNull();
    expect(forecaster.step(first, slice)).toBeNull();
  });

  test('interrupted anywhere, its next forecasts equal those of an uninterrupted run to the byte', () => {
    // Changes in both directions, so that outcomes of changes widen forecasts of both flavors.
    const flavorAt = (k: number) => (k < 100 || (k >= 200 && k < 300) ? 1 : 2);
    const inputs: SliceInput[] = rows.flatMap((row, k): SliceInput[] => {
      const { kpi, ...without } = { ...row, flavorInForce: flavorAt(k) };
      // Every fifth KPI comes late, after the next row.
      if (k % 5 !== 0 || kpi === undefined) return [{ ...row, flavorInForce: flavorAt(k) }];
      const late = { kind: 'kpi', tenantId: 'default', sliceId: 1, at: row.at, kpi } as const;
      return [without, late];
    });
    const whole = createSliceForecaster({ models });
    const expected = inputs.map((one) => JSON.stringify(whole.step(one, slice)));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: inputs.length - 20 }), (cut) => {
        const before = createSliceForecaster({ models });
        for (const one of inputs.slice(0, cut)) before.step(one, slice);
        const checkpoint = JSON.parse(JSON.stringify(before.checkpoint()));
        const after = createSliceForecaster({ models });
        after.restore(checkpoint);
        const horizonReach = 4 * 30_000;
        const from = (inputs[cut - 1]?.at ?? 0) - Math.max(after.windowMs, horizonReach);
        for (const one of inputs.slice(0, cut)) if (one.at >= from) after.warm(one);
        const next = inputs.slice(cut).map((one) => JSON.stringify(after.step(one, slice)));
        expect(next).toEqual(expected.slice(cut));
      }),
      { numRuns: 10 },
    );
  });
});
