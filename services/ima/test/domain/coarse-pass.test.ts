import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coarseGrid, kpiOnGrid, splitGrid } from '../../src/domain/coarse-grid.ts';
import { isCounter } from '../../src/domain/counter.ts';
import { lookAtSeries } from '../../src/domain/look-at-series.ts';
import { planRequests } from '../../src/domain/plan-requests.ts';
import { rankCandidates } from '../../src/domain/rank-candidates.ts';
import { rankCorrelation } from '../../src/domain/rank-correlation.ts';

const grid = { startMs: 0, stepMs: 10_000, points: 100 };
const along = (value: (index: number) => number) =>
  Float64Array.from({ length: 100 }, (_, i) => value(i));
const kpi = along((i) => Math.sin(i / 5));

describe('the coarse grid', () => {
  test("has whole seconds, lies within the range and keeps under Prometheus' bound of points", () => {
    const span = fc.integer({ min: 1000, max: 90 * 86_400_000 });
    fc.assert(
      fc.property(span, (spanMs) => {
        const made = coarseGrid(5000, 5000 + spanMs);
        expect(made.stepMs % 1000).toBe(0);
        expect(made.startMs + (made.points - 1) * made.stepMs).toBeLessThanOrEqual(5000 + spanMs);
        expect(made.points).toBeLessThanOrEqual(301);
      }),
    );
  });

  test('is split without losing or repeating an instant', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 60 }),
        (points, most) => {
          const runs = splitGrid({ startMs: 0, stepMs: 1000, points }, most);
          const instants = runs.flatMap((run) =>
            Array.from({ length: run.points }, (_, index) => run.startMs + 1000 * index),
          );
          expect(instants).toEqual(Array.from({ length: points }, (_, index) => 1000 * index));
        },
      ),
    );
  });

  test('carries the mean KPI of the step before each instant, and NaN where there is none', () => {
    const small = { startMs: 0, stepMs: 10_000, points: 4 };
    const means = kpiOnGrid(small, [0, 1000, 9000, 10_000, 30_000], [1, 2, 4, 6, 8]);
    expect([...means]).toEqual([1, 4, Number.NaN, 8]);
  });
});

describe('a series', () => {
  test.each([
    ['that never moves is constant', 'up', along(() => 1), 'constant'],
    ['of NaN is dead', 'x', along(() => Number.NaN), 'dead'],
    ['that ended is dead', 'x', along((i) => (i < 85 ? i % 7 : Number.NaN)), 'dead'],
    [
      'that is there for less than half is dead',
      'x',
      along((i) => (i % 3 === 0 ? i : Number.NaN)),
      'dead',
    ],
    ['that counts at one pace is constant', 'time_seconds', along((i) => 1e9 + 10 * i), 'constant'],
  ])('%s', (_title, name, values, verdict) => {
    expect(lookAtSeries(name, values, kpi, grid).verdict).toBe(verdict);
  });

  test('that follows the KPI ranks by it, whatever its unit and sign', () => {
    const look = lookAtSeries(
      'x',
      along((i) => 1000 - 7 * Math.sin(i / 5)),
      kpi,
      grid,
    );
    expect(look).toMatchObject({ verdict: 'usable', transform: 'raw' });
    expect(look.verdict === 'usable' && look.score).toBeCloseTo(1);
  });

  test('that counts enters as a rate and ranks by it', () => {
    let sum = 0;
    const counted = along((i) => {
      sum += 2 + Math.sin(i / 5);
      return sum;
    });
    const look = lookAtSeries('reads', counted, kpi, grid);
    expect(look).toMatchObject({ verdict: 'usable', transform: 'rate' });
    expect(look.verdict === 'usable' && look.score).toBeGreaterThan(0.99);
  });

  test('has the fingerprint of those that differ by offset and scale alone', () => {
    const print = (values: Float64Array) => {
      const look = lookAtSeries('x', values, kpi, grid);
      return look.verdict === 'usable' ? look.fingerprint : undefined;
    };
    const one = print(along((i) => (i * 37) % 11));
    expect(print(along((i) => 5 + 3 * ((i * 37) % 11)))).toBe(one);
    expect(print(along((i) => (i * 37) % 13))).not.toBe(one);
  });
});

describe('a counter', () => {
  const rising = along((i) => 5 * i);
  test.each([
    ['by its name', 'a_total', rising, true],
    ['by its name although it rests', 'a_total', along((i) => Math.floor(i / 30)), true],
    ['by its name with a reset', 'a_total', along((i) => (i < 50 ? i : i - 50)), true],
    ['not against its values', 'open_files_count', along((i) => 5 + (i % 3)), false],
    ['by rising throughout', 'node_netstat_Tcp_InSegs', rising, true],
    ['not by a few steps', 'connections', along((i) => Math.floor(i / 30)), false],
    ['not with negative values', 'a', along((i) => i - 50), false],
  ])('is one %s', (_title, name, values, expected) => {
    expect(isCounter(name, values)).toBe(expected);
  });
});

describe('rank correlation', () => {
  // scipy.stats.spearmanr([1,2,3,4,5], [5,6,7,8,7]) → 0.8207826816681233
  test('is that of SciPy, with ties', () => {
    expect(rankCorrelation([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 12);
  });

  test('leaves out what is missing and is 0 where nothing moves', () => {
    expect(rankCorrelation([1, 2, Number.NaN, 4], [1, 2, 9, 4])).toBeCloseTo(1);
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBe(0);
  });
});

describe('the questions of the first pass', () => {
  test('never ask for more samples than the bound, but for one instant of a huge metric', () => {
    const counts = fc.dictionary(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 5000 }));
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 400 }), (byName, points) => {
        const seriesByName = new Map(Object.entries(byName));
        const planned = planRequests(seriesByName, points, 100_000);
        expect(planned.flatMap(({ names }) => names).toSorted()).toEqual(
          [...seriesByName.keys()].toSorted(),
        );
        for (const { names, pointsPerRequest } of planned) {
          const series = names.reduce((sum, name) => sum + (seriesByName.get(name) ?? 0), 0);
          expect(pointsPerRequest === 1 || series * pointsPerRequest <= 100_000).toBe(true);
        }
      }),
    );
  });
});

describe('candidates', () => {
  const candidate = (name: string, score: number, fingerprint: string) => ({
    labels: { __name__: name },
    transform: 'raw' as const,
    score,
    fingerprint,
  });
  const all = [
    candidate('twin', 0.9, 'a'),
    candidate('second', 0.5, 'b'),
    candidate('best', 0.9, 'a'),
    candidate('third', 0.1, 'c'),
  ];
  const names = (list: readonly { labels: { __name__?: string } }[]) =>
    list.map(({ labels }) => labels.__name__);

  test('go by score, then duplicates where there is room', () => {
    const ranked = rankCandidates(all, { maxCandidates: 4, maxDuplicates: 4 });
    expect(names(ranked.kept)).toEqual(['best', 'second', 'third', 'twin']);
  });

  test('are cut from the end, duplicates first, each with its reason', () => {
    const ranked = rankCandidates(all, { maxCandidates: 2, maxDuplicates: 4 });
    expect(names(ranked.kept)).toEqual(['best', 'second']);
    expect(names(ranked.cut)).toEqual(['third']);
    expect(ranked.duplicates).toEqual([{ labels: { __name__: 'twin' }, of: { __name__: 'best' } }]);
  });

  test('do not depend on the order in which answers came', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: 4 }), (shuffled) => {
        const limits = { maxCandidates: 3, maxDuplicates: 1 };
        expect(rankCandidates(shuffled, limits)).toEqual(rankCandidates(all, limits));
      }),
    );
  });
});
