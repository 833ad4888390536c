import { median, seededRandom } from '@slicecast/stats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { train } from '../../src/domain/train.ts';
import type { Champion } from '../../src/domain/trained-model.ts';
import { part, syntheticProfile } from '../fakes/synthetic-load.ts';

const sla = { bound: 120, side: 'upper', complianceRatio: 0.99, windowSeconds: 3600 } as const;
const hooks = { progress: () => undefined, cancelled: () => false };
const trainOn = (profile: ReturnType<typeof syntheticProfile>, horizonSeconds = 30) =>
  train({ profile, horizonSeconds, sla, seed: 1 }, hooks);

const isChampion = (part: unknown): part is Champion =>
  typeof part === 'object' && part !== null && 'scoreboard' in part;

describe('training', () => {
  test('finds the load period, beats the baselines of both modes and says so', () => {
    const model = trainOn(syntheticProfile({ rows: 2400 }));
    expect(Math.abs((model.periodMs ?? 0) - 400_000)).toBeLessThan(4000);
    for (const { scoreboard } of [model.liveKpi, model.xAlone]) {
      expect(scoreboard.gated).toBe(true);
      expect(scoreboard.skill.lower).toBeGreaterThan(0.1);
    }
    expect(model.liveKpi.scoreboard.coverage80).toBeGreaterThan(0.7);
    expect(model.liveKpi.scoreboard.coverage80).toBeLessThan(0.9);
  });

  test.each([
    ['upper', 120],
    ['lower', 60],
  ] as const)('says how true P(violation) came, on the %s side', (side, bound) => {
    const profile = syntheticProfile({ rows: 1600 });
    const input = { profile, horizonSeconds: 30, sla: { ...sla, side, bound }, seed: 1 };
    for (const { scoreboard } of Object.values(train(input, hooks)).filter(isChampion)) {
      const { violation } = scoreboard;
      expect(violation).toMatchObject({ bound, side });
      expect(violation?.brier).toBeLessThan(0.5 * (violation?.climatologyBrier ?? 0));
      const judged = violation?.reliability.reduce((sum, { count }) => sum + count, 0) ?? 0;
      expect(judged).toBeGreaterThan(500);
      const off =
        violation?.reliability.map(({ count, said, came }) => count * (said - came)) ?? [];
      expect(Math.abs(off.reduce((sum, one) => sum + one, 0) / judged)).toBeLessThan(0.05);
    }
  });

  test('gives the same model for the same request, as plain JSON', () => {
    const profile = syntheticProfile({ rows: 900 });
    const text = JSON.stringify(trainOn(profile));
    expect(JSON.stringify(trainOn(structuredClone(profile)))).toBe(text);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(JSON.parse(text))));
  });

  test('does not pass its gate on noise', () => {
    const profile = syntheticProfile({ rows: 1200 });
    const random = seededRandom(5);
    const noise = trainOn({ ...profile, kpi: profile.kpi.map(() => 50 + 20 * random()) });
    expect(noise.xAlone.scoreboard.gated).toBe(false);
  });

  test.each([1, 2, 3])(
    'does not pass its gate on a random walk, though persistence tells its violations: %d',
    (seed) => {
      const profile = syntheticProfile({ rows: 1200 });
      const random = seededRandom(seed);
      let at = 0;
      const walk = profile.kpi.map(() => {
        at += 0.1 * (random() + random() + random() - 1.5);
        return at;
      });
      // As often above the bound as below it, wherever it went.
      const middle = median(walk.slice(600));
      const kpi = walk.map((each) => 120 * Math.exp(each - middle));
      const { scoreboard } = trainOn({ ...profile, kpi }, 5).liveKpi;
      const { brier = 1, climatologyBrier = 0 } = scoreboard.violation ?? {};
      expect(brier).toBeLessThan(0.5 * climatologyBrier);
      expect(scoreboard.gated).toBe(false);
    },
  );

  test.each([
    ['15 s steps', { rows: 800, stepMs: 15_000, periodSeconds: 3600 }, 60],
    ['no cycle at all', { rows: 1200, periodSeconds: 1300 }, 30],
    ['a KPI below zero', { rows: 900, base: -50, gain: 100 }, 30],
    ['200 rows', { rows: 250 }, 5],
  ])('works with %s', (_title, options, horizonSeconds) => {
    const model = trainOn(syntheticProfile(options), horizonSeconds);
    expect(Number.isFinite(model.liveKpi.scoreboard.scores[0]?.mae)).toBe(true);
  });

  test('bears gaps and missing cells', () => {
    const profile = syntheticProfile({ rows: 1500 });
    const holed = {
      ...profile,
      kpi: profile.kpi.map((value, row) => (row % 7 === 0 ? null : value)),
      columns: profile.columns.map((column) => column.map((v, row) => (row % 11 === 0 ? null : v))),
    };
    expect(trainOn(holed).xAlone.scoreboard.gated).toBe(true);
  });

  test('fits on the training rows alone: another future changes nothing', () => {
    const profile = syntheticProfile({ rows: 900 });
    const past = JSON.stringify(trainOn(part(profile, 0, 600)));
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        const changed = { ...profile, kpi: profile.kpi.map((v, row) => (row < 600 ? v : value)) };
        expect(JSON.stringify(trainOn(part(changed, 0, 600)))).toBe(past);
      }),
      { numRuns: 2 },
    );
  });
});

describe('training is refused, in words,', () => {
  test.each([
    ['too few rows', syntheticProfile({ rows: 100 }), 30, 'too-few-rows'],
    [
      'a horizon shorter than the step',
      syntheticProfile({ rows: 300, stepMs: 60_000 }),
      30,
      'horizon-too-short',
    ],
    [
      'a constant KPI',
      { ...syntheticProfile({ rows: 500 }), kpi: Array(500).fill(7) },
      30,
      'kpi-constant',
    ],
    [
      'features that all stand still',
      { ...syntheticProfile({ rows: 500 }), columns: Array(3).fill(Array(500).fill(1)) },
      30,
      'no-usable-feature',
    ],
  ])('for %s', (_title, profile, horizonSeconds, code) => {
    expect(() => trainOn(profile, horizonSeconds)).toThrow(expect.objectContaining({ code }));
  });

  test('when it is cancelled', () => {
    const cancelling = { ...hooks, cancelled: () => true };
    const profile = syntheticProfile({ rows: 900 });
    expect(() => train({ profile, horizonSeconds: 30, sla, seed: 1 }, cancelling)).toThrow(
      expect.objectContaining({ code: 'cancelled' }),
    );
  });
});
