import type { SliceInputRow } from '@slicecast/contracts';
import { featureId } from '@slicecast/contracts';
import { seededRandom } from '@slicecast/stats';
import { describe, expect, test } from 'vitest';
import { recordedProfile, rowsOf } from '../../../../../bench/recorded-profile.ts';
import { inputQuality } from '../../../src/domain/input-quality.ts';
import { plainLoadOf } from '../../../src/domain/load/load-signal.ts';
import { createSliceForecaster } from '../../../src/domain/slice-forecaster.ts';
import { train } from '../../../src/domain/train.ts';
import type { TrainedModel } from '../../../src/domain/trained-model.ts';
import { mixedColumns, mixedProfile } from '../../fakes/mixed-load.ts';
import { part, rowOf, syntheticProfile, syntheticSlice } from '../../fakes/synthetic-load.ts';

const slice = syntheticSlice();
const hooks = { progress: () => undefined, cancelled: () => false };
const trainOn = (profile: ReturnType<typeof mixedProfile>) =>
  train({ profile, horizonSeconds: 10, sla: slice.sla, seed: 1 }, hooks);

const profile = mixedProfile({ rows: 2000, noiseColumn: true });
const learned = part(profile, 0, 1600);
const model = trainOn(learned);
const { reads, writes, noise } = mixedColumns;
const maeOf = ({ xAlone }: TrainedModel) => xAlone.scoreboard.scores[0]?.mae ?? Number.NaN;

describe('a model of loads that cost differently', () => {
  test('weighs them, and errs less than one that is told their sum alone', () => {
    const sum = {
      ...learned,
      features: learned.features.slice(0, 2),
      columns: learned.columns.slice(0, 2),
    };
    expect(model.signal.weighting).toBeDefined();
    expect(maeOf(model)).toBeLessThan(0.8 * maeOf(trainOn(sum)));
  });

  test('says in its messages how much load is seen, and not what it costs', () => {
    const forecaster = createSliceForecaster({ models: new Map([[1, { modelId: 'm', model }]]) });
    for (let row = 1600; row < 1650; row += 1) {
      const input = rowOf(profile, row);
      const load = plainLoadOf(
        model.signal,
        (id) => input.values[input.features.indexOf(id)] ?? Number.NaN,
      );
      expect(forecaster.step(input, slice)?.observedLoad).toBe(load);
    }
  });

  test('goes on without a load that the others tell of, and acts on nothing when they cannot', () => {
    const without = (...dead: readonly number[]): SliceInputRow => {
      const row = rowOf(profile, 1700);
      return {
        ...row,
        values: row.values.map((value, k) => (dead.includes(k) ? null : value)),
        states: row.states.map((state, k) => (dead.includes(k) ? 'missing' : state)),
      };
    };
    expect(inputQuality(model, without())).toBe('fresh');
    expect(inputQuality(model, without(noise))).toBe('degraded');
    expect(inputQuality(model, without(reads))).toBe('degraded');
    expect(inputQuality(model, without(reads, writes))).toBe('bad');
    const groups = model.signal.weighting?.groups ?? [];
    const ofWrites = groups.findIndex(({ columns }) => columns.includes(writes));
    const needing = { ...model, neededGroups: [ofWrites] };
    expect(inputQuality(needing, without(writes))).toBe('bad');
    expect(inputQuality(needing, without(reads))).toBe('degraded');
  });

  test('is told which loads it needs: those that no other column tells of', () => {
    const apart = (column: number) => column === reads || column === writes;
    const told = trainOn({
      ...learned,
      features: learned.features.filter((_, k) => apart(k)),
      columns: learned.columns.filter((_, k) => apart(k)),
    });
    const names = told.signal.columns.map(({ featureId: id }) => id);
    const writesAt = names.indexOf(featureId(learned.features[writes] ?? fail()));
    const group = told.signal.weighting?.groups.findIndex((g) => g.columns.includes(writesAt));
    expect(told.neededGroups).toContain(group);
    expect(model.neededGroups).toEqual([]);
  });
});

describe('a model is stored as before loads were weighed', () => {
  const random = seededRandom(3);
  test.each([
    ['with one load', syntheticProfile({ rows: 1200 })],
    [
      'where the KPI does not depend on the load',
      {
        ...mixedProfile({ rows: 1200 }),
        kpi: Array.from({ length: 1200 }, () => 50 + 20 * random()),
      },
    ],
    ['on a recorded trace', rowsOf(recordedProfile(2), 0, 1500)],
  ])('%s', (_title, seen) => {
    const trained = trainOn(seen);
    expect(Object.keys(trained.signal)).toEqual(['columns']);
    expect(trained).not.toHaveProperty('neededGroups');
  });
});

function fail(): never {
  throw new Error('the profile has no such feature');
}
