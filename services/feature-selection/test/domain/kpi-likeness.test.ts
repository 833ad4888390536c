import { averageRanks } from '@slicecast/stats';
import { describe, expect, test } from 'vitest';
import { isKpi, kpiLikeness } from '../../src/domain/kpi-likeness.ts';
import { seededNormal, series } from '../fakes/candidates.ts';
import { readTrace } from '../fakes/traces.ts';

const traces = { 1: readTrace(1), 2: readTrace(2) };
const normal = seededNormal(1);

function likeness(values: Float64Array, kpi: Float64Array) {
  return kpiLikeness(averageRanks(values), averageRanks(kpi));
}

describe.each([1, 2] as const)('on flavor %d', (flavor) => {
  const { kpi, columns } = traces[flavor];
  const shifted = (by: number) => series(kpi.length, (row) => kpi[row - by] ?? Number.NaN);

  test.each<[string, Float64Array, number]>([
    ['itself', kpi, 0],
    ['on another scale', kpi.map((ms) => 2 * ms + 3), 0],
    ['its logarithm', kpi.map(Math.log), 0],
    ['its inverse', kpi.map((ms) => 1 / ms), 0],
    ['rounded to 10 ms', kpi.map((ms) => 10 * Math.round(ms / 10)), 0],
    ['1 s late', shifted(1), 1],
    ['2 s early', shifted(-2), -2],
    ['3 s late', shifted(3), 3],
    ['with 2 ms of noise', kpi.map((ms) => ms + 2 * normal()), 0],
    ['with 5 % of noise', kpi.map((ms) => ms * (1 + 0.05 * normal())), 0],
    ['scraped every 15 s', series(kpi.length, (row) => kpi[row - (row % 15)] ?? 0), 0],
    ['with gaps', kpi.map((ms, row) => (row % 7 === 0 ? Number.NaN : ms)), 0],
  ])('the KPI %s is known', (_name, values, lagRows) => {
    const found = likeness(values, kpi);
    expect(found).toMatchObject({ lagRows });
    expect(found !== undefined && isKpi(found)).toBe(true);
  });

  test('no recorded column is taken for the KPI, and none comes near', () => {
    for (const { values } of columns) {
      const found = likeness(values, kpi);
      expect(Math.abs(found?.steps ?? 0)).toBeLessThan(0.4);
    }
  });

  test('a load that correlates at .9 with the KPI is not taken for it', () => {
    // The KPI's own running mean, with the noise of counting: what a load metric of a saturated link looks like.
    let level = kpi[0] ?? 0;
    const load = kpi.map((ms) => {
      level += (Math.min(ms, 400) - level) / 15;
      return Math.round(level / 5 + normal());
    });
    const found = likeness(load, kpi);
    expect(found?.levels).toBeGreaterThan(flavor === 1 ? 0.88 : 0.7);
    expect(found !== undefined && isKpi(found)).toBe(false);
  });
});

test('of a column that hardly moves nothing is said', () => {
  const { kpi } = traces[1];
  expect(
    likeness(
      series(kpi.length, (row) => (row > 3000 ? 1 : 0)),
      kpi,
    ),
  ).toBeUndefined();
});
