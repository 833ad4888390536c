import type { Profile } from '@slicecast/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forecastProfile } from '../../../src/domain/backtest/forecast-profile.ts';
import { scoreForecasts } from '../../../src/domain/backtest/score-forecasts.ts';
import { train } from '../../../src/domain/train.ts';
import type { Champion } from '../../../src/domain/trained-model.ts';
import { part, syntheticProfile } from '../../fakes/synthetic-load.ts';

const sla = { bound: 120, side: 'upper', complianceRatio: 0.99, windowSeconds: 3600 } as const;
const hooks = { progress: () => undefined, cancelled: () => false };
const profile = syntheticProfile({ rows: 3000 });
const cut = 1000;
const model = train({ profile: part(profile, 0, cut), horizonSeconds: 10, sla, seed: 1 }, hooks);
const replay = (rows: Profile, liveKpi: boolean, to = 1250) =>
  forecastProfile(model, rows, { from: cut, to, liveKpi, sla });
/** What the KPI is, without noise, while there is no load. */
const atRest = 40;

describe('a profile replayed', () => {
  test.each([true, false])('gives a forecast for every row, live KPI: %s', (liveKpi) => {
    const forecasts = replay(profile, liveKpi, 2900);
    const rows = Array.from({ length: 1900 }, (_, k) => cut + k);
    expect(forecasts.map(({ row }) => row)).toEqual(rows);
    expect(forecasts[0]?.targetAt).toBe((profile.at[cut] ?? 0) + 10_000);
    const judged = forecasts.map(({ row, quantiles }) => ({
      quantiles,
      actual: profile.kpi[row + 10] ?? Number.NaN,
    }));
    expect(scoreForecasts(judged).nmae).toBeLessThan(0.1);
    // A KPI at rest lies in any interval: only where it varies does coverage say something.
    const varying = scoreForecasts(judged.filter(({ actual }) => actual !== atRest));
    expect(varying.count).toBeGreaterThan(800);
    expect(Math.abs(varying.coverage80 - 0.8)).toBeLessThan(0.12);
  });

  test('shows that another future changes no earlier forecast', () => {
    const before = replay(profile, true);
    fc.assert(
      fc.property(
        fc.integer({ min: cut, max: 1249 }),
        fc.double({ min: -1e4, max: 1e4, noNaN: true }),
        (at, value) => {
          const later = (cells: readonly (number | null)[]) =>
            cells.map((cell, row) => (row > at ? value : cell));
          const changed = {
            ...profile,
            kpi: later(profile.kpi),
            columns: profile.columns.map(later),
          };
          const known = at - cut + 1;
          expect(replay(changed, true).slice(0, known)).toEqual(before.slice(0, known));
        },
      ),
      { numRuns: 5 },
    );
  });

  test('has a median that follows how its forecasts turn out, in a distribution that does not', () => {
    const { tracking, ...still } = model.liveKpi;
    expect(tracking).toBeDefined();
    const slower = profile.kpi.map((kpi, row) => (row < cut ? kpi : 1.08 * (kpi ?? Number.NaN)));
    const follow = (liveKpi: Champion) =>
      forecastProfile(
        { ...model, liveKpi },
        { ...profile, kpi: slower },
        { from: cut, to: 2200, liveKpi: true, sla },
      );
    const [followed, trained] = [follow(model.liveKpi), follow(still)];
    const errorOf = (forecasts: typeof followed) =>
      forecasts
        .slice(400)
        .reduce((sum, one) => sum + Math.abs(one.quantiles.q50 - (slower[one.row + 10] ?? 0)), 0);
    expect(errorOf(followed)).toBeLessThan(0.99 * errorOf(trained));
    const probabilities = (forecasts: typeof followed) =>
      forecasts.map(({ violationProbability }) => violationProbability);
    expect(probabilities(followed)).toEqual(probabilities(trained));
  });

  test('withholds the KPI where it does not stream', () => {
    const silent = { ...profile, kpi: profile.kpi.map(() => null) };
    expect(replay(silent, false)).toEqual(replay(profile, false));
    expect(replay(silent, true)).toEqual(replay(profile, false));
  });
});

test('scores are those worked out by hand', () => {
  const quantiles = { q025: 1, q10: 2, q50: 4, q90: 8, q975: 9 };
  const scores = scoreForecasts([
    { quantiles, actual: 5 },
    { quantiles, actual: 8.5 },
  ]);
  expect(scores).toMatchObject({ count: 2, mae: 2.75, coverage80: 0.5, coverage95: 1, width80: 6 });
  expect(scores.nmae).toBeCloseTo(2.75 / 6.75);
  expect(scores.rmse).toBeCloseTo(Math.sqrt((1 + 4.5 ** 2) / 2));
  expect(scores.pinball).toBeCloseTo(
    (0.1 + 0.3 + 0.5 + 0.3 + 0.1 + (0.1875 + 0.65 + 2.25 + 0.45 + 0.0125)) / 10,
  );
});
