import { featureId, type Profile } from '@slicecast/contracts';
import { median } from '@slicecast/stats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LoadSignal, loadOf, plainLoadOf } from '../../../src/domain/load/load-signal.ts';
import { fitGridLoad, gridOf, weighGridLoad } from '../../../src/domain/profile-series.ts';
import { mixedColumns, mixedProfile } from '../../fakes/mixed-load.ts';
import { syntheticProfile } from '../../fakes/synthetic-load.ts';

const scale = { kind: 'log', centre: 0, spread: 1 } as const;
const weighed = (profile: Profile): LoadSignal => {
  const grid = gridOf(profile);
  return weighGridLoad(grid, grid.length, fitGridLoad(grid, grid.length), scale);
};
const idsOf = ({ features }: Profile) => features.map(featureId);

/** The value of a feature in a row; NaN of the columns that are dead. */
function cells(profile: Profile, row: readonly (number | null)[], dead: readonly number[] = []) {
  const ids = idsOf(profile);
  return (id: string) =>
    (dead.includes(ids.indexOf(id)) ? null : row[ids.indexOf(id)]) ?? Number.NaN;
}

const { totals, reads, writes, noise } = mixedColumns;

describe('the weights of loads', () => {
  test('are what each costs, whatever that is', () => {
    const costs = fc.constantFrom(0.25, 0.5, 2, 4, 8);
    fc.assert(
      fc.property(costs, fc.integer({ min: 1, max: 50 }), (writeCost, seed) => {
        const profile = mixedProfile({ rows: 1500, seed, writeCost });
        const signal = weighed(profile);
        const loadAt = (r: number, w: number) =>
          loadOf(signal, cells(profile, [r + w, 20 * (r + w), r, w]));
        const ofRead = loadAt(0.7, 0.5) - loadAt(0.5, 0.5);
        const ofWrite = loadAt(0.5, 0.7) - loadAt(0.5, 0.5);
        expect(Math.abs(Math.log(ofWrite / ofRead / writeCost))).toBeLessThan(0.35);
      }),
      { numRuns: 20 },
    );
  });

  test('leave out a column that has nothing to do with the load', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), (seed) => {
        const signal = weighed(mixedProfile({ rows: 1500, seed, noiseColumn: true }));
        const columns = signal.weighting?.groups.flatMap((group) => group.columns) ?? [noise];
        expect(columns).not.toContain(noise);
      }),
      { numRuns: 20 },
    );
  });

  test('put columns that count the same load into one group', () => {
    const { groups } = weighed(mixedProfile({ rows: 1500 })).weighting ?? {};
    expect(groups?.map((group) => group.columns)).toContainEqual(totals);
  });

  test.each([
    ['one load', syntheticProfile({ rows: 1500 })],
    ['too few rows', mixedProfile({ rows: 100 })],
  ])('are not asked for with %s', (_title, profile) => {
    expect(weighed(profile)).not.toHaveProperty('weighting');
  });
});

describe('a weighed load', () => {
  const profile = mixedProfile({ rows: 1500 });
  const signal = weighed(profile);
  const rows = profile.at.map((_, row) => profile.columns.map((column) => column[row] ?? null));
  const whole = rows.map((row) => loadOf(signal, cells(profile, row)));
  const errorsWithout = (dead: readonly number[]) =>
    median(
      rows.map((row, k) => Math.abs(loadOf(signal, cells(profile, row, dead)) - (whole[k] ?? 0))),
    );

  test('is on the scale of the columns', () => {
    expect(Math.abs(median(whole))).toBeLessThan(1e-9);
    expect(median(whole.map(Math.abs))).toBeGreaterThan(0.3);
    expect(median(whole.map(Math.abs))).toBeLessThan(1);
  });

  test.each([
    ['one of the totals', [totals[0]], 0.05],
    ['both totals', totals, 0.1],
    ['the reads', [reads], 0.1],
    ['the writes', [writes], 0.15],
  ])('is made up for without %s', (_title, dead, most) => {
    expect(errorsWithout(dead)).toBeLessThan(most);
  });

  test('is what the total tells of it while that alone is seen, and unknown when nothing is', () => {
    const left = errorsWithout([reads, writes]);
    expect(left).toBeGreaterThan(0.15);
    expect(left).toBeLessThan(0.6);
    expect(loadOf(signal, () => Number.NaN)).toBeNaN();
  });

  test('is the median of the columns for who asks how much load there is', () => {
    const { weighting: _, ...plain } = signal;
    for (const row of rows.slice(0, 50)) {
      const valueFor = cells(profile, row);
      expect(plainLoadOf(signal, valueFor)).toBe(loadOf(plain, valueFor));
    }
  });
});
