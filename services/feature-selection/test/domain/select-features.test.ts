import type { SelectionMethod, SelectionReport } from '@slicecast/contracts';
import { describe, expect, test } from 'vitest';
import { selectFeatures } from '../../src/domain/select-features.ts';
import type { SelectionTask } from '../../src/domain/selection-task.ts';
import { candidateOf, seededNormal, series, taskOf } from '../fakes/candidates.ts';
import { distractors } from '../fakes/distractors.ts';
import { readTrace, scrapeDuration } from '../fakes/traces.ts';

function reportOf(task: SelectionTask): SelectionReport {
  const outcome = selectFeatures(task);
  if ('refused' in outcome) throw new Error(outcome.refused.message);
  return outcome.report;
}

function refusalOf(task: SelectionTask) {
  const outcome = selectFeatures(task);
  return 'refused' in outcome ? outcome.refused : undefined;
}

function seriesOf({ features }: SelectionReport): readonly string[] {
  return features.map(({ feature }) => feature.series);
}

const traces = { 1: readTrace(1), 2: readTrace(2) };

/** The load's columns: all recorded ones but the duration of a scrape. */
function loadColumns(flavor: 1 | 2): readonly string[] {
  const all = traces[flavor].columns.map(({ feature }) => feature.series);
  return all.filter((hash) => hash !== scrapeDuration).toSorted();
}

describe('selection from a recorded trace among distractors', () => {
  const seeds = [1, 2, 3];
  const cases = seeds.flatMap((seed) => [
    { flavor: 1 as const, seed },
    { flavor: 2 as const, seed },
  ]);

  test.each(cases)(
    'takes every column of the load and nothing else, flavor $flavor, seed $seed',
    ({ flavor, seed }) => {
      const { clock, kpi, columns } = traces[flavor];
      const others = distractors(kpi.length, 17, seed);
      const alias = candidateOf(
        'alias',
        kpi.map((ms) => ms / 1000),
      );
      const candidates = [...others, ...columns, alias];
      const report = reportOf(taskOf({ clock, kpi, candidates }));
      expect(others.length).toBeGreaterThanOrEqual(200);
      expect(seriesOf(report).toSorted()).toEqual(loadColumns(flavor));
      expect(report.kpiSeries.map(({ series: hash }) => hash)).toEqual(['alias']);
      // Constants, and what leaves its value once in a thousand rows.
      expect(report.refusedCounts).toMatchObject({ constant: 34, dead: 17, leaking: 1 });
      const counted = Object.values(report.refusedCounts).reduce((sum, count) => sum + count, 0);
      expect(counted + report.features.length).toBe(candidates.length);
    },
  );

  test.each([
    ['f-regression', 1],
    ['f-regression', 2],
    ['mutual-information', 1],
    ['mutual-information', 2],
  ] as const)('takes no distractor by %s either, flavor %d', (method, flavor) => {
    const { clock, kpi, columns } = traces[flavor];
    const candidates = [...distractors(kpi.length, 17, 4), ...columns];
    const report = reportOf(taskOf({ clock, kpi, candidates, method }));
    expect(seriesOf(report).toSorted()).toEqual(loadColumns(flavor));
  });
});

describe('a numeric K', () => {
  const { clock, kpi, columns } = traces[1];

  test.each([1, 2, 7, 15])('of %d gets exactly so many columns', (k) => {
    const { features, errorByK } = reportOf(taskOf({ clock, kpi, candidates: columns, k }));
    expect(features).toHaveLength(k);
    expect(errorByK).toHaveLength(k);
  });

  test('beyond the usable candidates gets them all, and the report says how many there are', () => {
    const report = reportOf(taskOf({ clock, kpi, candidates: columns, k: 1000 }));
    expect(report.features).toHaveLength(15);
    expect(report.usableCount).toBe(15);
  });

  test('marks duplicates as stand-ins for the one that was chosen', () => {
    const { features } = reportOf(taskOf({ clock, kpi, candidates: columns, k: 5 }));
    const [first, ...others] = features.map(({ feature }) => feature);
    expect(first?.standInFor).toBeUndefined();
    expect(others.map(({ standInFor }) => standInFor)).toEqual(others.map(() => first?.series));
  });

  test('is filled up with noisy views of the load, after the stand-ins, and not with a rhythm beside it', () => {
    const normal = seededNormal(5);
    const [first] = columns;
    const noisy = Array.from({ length: 5 }, (_, nth) =>
      candidateOf(
        `noisy-${nth}`,
        (first?.values ?? kpi).map((value) => value + 12 * normal()),
      ),
    );
    // In step with the load's 1,175 s, for as long as the trace goes, but an eighth behind.
    const rhythm = series(kpi.length, (row) => Math.sin(2 * Math.PI * (row / 1175 + 0.25)));
    const candidates = [...noisy, candidateOf('rhythm', rhythm), ...columns.slice(0, 2)];
    const { features } = reportOf(taskOf({ clock, kpi, candidates }));
    const taken = features.map(({ feature }) => feature);
    expect(
      taken
        .slice(2)
        .map((feature) => feature.series)
        .toSorted(),
    ).toEqual(noisy.map(({ feature }) => feature.series));
    for (const { standInFor } of taken.slice(2)) expect(standInFor).toBeUndefined();
  });
});

describe('K auto', () => {
  test.each([1, 2] as const)('needs one column on flavor %d', (flavor) => {
    const { clock, kpi, columns } = traces[flavor];
    const report = reportOf(taskOf({ clock, kpi, candidates: columns, k: 'auto' }));
    expect(report.features).toHaveLength(1);
    expect(report.samplesPerSecond).toBe(1);
    // A column of the load alone, in classes, comes near least squares (.206 / .258 on the last 30 %).
    expect(report.errorByK[0]).toBeLessThan(flavor === 1 ? 0.22 : 0.28);
  });

  test('takes each of several causes, the strongest first, and no more', () => {
    const normal = seededNormal(6);
    const rows = 4000;
    const slow = (period: number) => {
      let noise = 0;
      return series(rows, (row) => {
        noise = 0.95 * noise + normal();
        return Math.sin((2 * Math.PI * row) / period) + 0.3 * noise;
      });
    };
    const strong = slow(170);
    const weak = slow(310);
    const kpi = series(rows, (row) => {
      return 100 + 30 * (strong[row - 5] ?? 0) - 12 * (weak[row - 5] ?? 0) + 3 * normal();
    });
    const candidates = [
      candidateOf('weak', weak),
      candidateOf('strong', strong),
      ...distractors(rows, 5, 7),
    ];
    const clock = series(rows, (row) => 1000 * row);
    const task = taskOf({ clock, kpi, candidates, k: 'auto', horizonMs: 5000 });
    const report = reportOf(task);
    expect(seriesOf(report)).toEqual(['strong', 'weak']);
    for (const { stability } of report.features) expect(stability).toBeGreaterThan(0.8);
    expect(report.errorByK[1]).toBeLessThan(report.errorByK[0] ?? 0);
  });

  test('stops at the knee, and tells what more columns would have given', () => {
    const normal = seededNormal(11);
    const rows = 4000;
    const wander = () => {
      let at = 0;
      return series(rows, () => {
        at = 0.9 * at + normal();
        return at;
      });
    };
    const [strong, weak] = [wander(), wander()];
    const kpi = series(rows, (row) => {
      return 1000 + 40 * (strong[row - 5] ?? 0) + (weak[row - 5] ?? 0) + 30 * normal();
    });
    const candidates = [candidateOf('strong', strong), candidateOf('weak', weak)];
    const clock = series(rows, (row) => 1000 * row);
    const given = taskOf({ clock, kpi, candidates, method: 'given', k: 'auto', horizonMs: 5000 });
    const report = reportOf(given);
    expect(seriesOf(report)).toEqual(['strong']);
    expect(report.errorByK).toHaveLength(2);
    expect(report.errorByK[1]).toBeGreaterThan(0.99 * (report.errorByK[0] ?? 0));
    expect(report.refusedCounts).toEqual({ cut: 1 });
  });
});

describe('selection', () => {
  const { clock, kpi, columns } = traces[2];

  test('gives the same report for the same request', () => {
    const task = taskOf({ clock, kpi, candidates: columns });
    expect(reportOf(task)).toEqual(reportOf(task));
  });

  test('bears gaps in the KPI and in the candidates', () => {
    const random = seededNormal(8);
    const holes = (values: Float64Array) =>
      values.map((value) => (random() > 1 ? Number.NaN : value));
    const candidates = columns.map((one) => ({ ...one, values: holes(one.values) }));
    const report = reportOf(taskOf({ clock, kpi: holes(kpi), candidates, k: 5 }));
    expect(report.features).toHaveLength(5);
    expect(seriesOf(report)).not.toContain(scrapeDuration);
  });

  test('does not ask for the unit of a candidate', () => {
    const scaled = columns.map((one, index) => ({
      ...one,
      values: one.values.map((value) => 1e9 + 10 ** (index % 5) * value),
    }));
    const plain = reportOf(taskOf({ clock, kpi, candidates: columns }));
    expect(seriesOf(reportOf(taskOf({ clock, kpi, candidates: scaled })))).toEqual(seriesOf(plain));
  });

  test('takes given candidates in their order, unless they cannot be features', () => {
    const given = [
      candidateOf('constant', new Float64Array(kpi.length)),
      ...columns.filter(({ feature }) => feature.series === scrapeDuration),
      ...columns.slice(0, 2),
      candidateOf('alias', kpi),
    ];
    const report = reportOf(taskOf({ clock, kpi, candidates: given, method: 'given' }));
    const [first, second] = columns.map(({ feature }) => feature.series);
    expect(seriesOf(report)).toEqual([scrapeDuration, first, second]);
    expect(report.refusedCounts).toEqual({ constant: 1, leaking: 1 });
  });

  test('says of every candidate that it leaves why', () => {
    const [first] = columns;
    const twin = candidateOf('twin', first?.values ?? new Float64Array());
    const walk = distractors(kpi.length, 1, 9);
    const report = reportOf(
      taskOf({ clock, kpi, candidates: [...columns.slice(0, 1), twin, ...walk], k: 1 }),
    );
    expect(report.refusals).toContainEqual(
      expect.objectContaining({ series: 'twin', reason: 'duplicate', of: first?.feature.series }),
    );
    for (const { detail } of report.refusals) expect(detail).toMatch(/\w{4}/);
  });

  test('tells a gain that comes and goes from one that lasts and from none', () => {
    const normal = seededNormal(12);
    const rows = 6000;
    const cause = series(rows, (row) => Math.sin((2 * Math.PI * row) / 211) + 0.2 * normal());
    // The cause as long as somebody wrote it down, then nothing: the later blocks do not bear it out.
    const passing = cause.map((value, row) => (row < 0.62 * rows ? value : 0));
    const noise = series(rows, () => normal());
    const own = series(rows, (row) => 100 + 30 * (cause[row - 5] ?? 0) + 15 * normal());
    const candidates = Object.entries({ cause, passing, noise }).map(([name, values]) =>
      candidateOf(name, values),
    );
    const instants = series(rows, (row) => 1000 * row);
    const task = taskOf({ clock: instants, kpi: own, candidates, k: 1, horizonMs: 5000 });
    const report = reportOf(task);
    expect(seriesOf(report)).toEqual(['cause']);
    const reasons = new Map(report.refusals.map(({ series: name, reason }) => [name, reason]));
    expect(reasons.get('passing')).toBe('unstable');
    expect(reasons.get('noise')).toBe('no-gain');
  });

  test('tells the first thousand refusals and counts them all', () => {
    const dead = new Float64Array(kpi.length).fill(Number.NaN);
    const many = Array.from({ length: 1200 }, (_, index) => candidateOf(`dead-${index}`, dead));
    const report = reportOf(taskOf({ clock, kpi, candidates: [...many, ...columns], k: 1 }));
    expect(report.refusedCounts.dead).toBe(1200);
    expect(report.refusals).toHaveLength(1000);
  });
});

describe('a request that cannot be answered', () => {
  const { clock, kpi, columns } = traces[1];
  const part = (values: Float64Array) => values.subarray(0, 200);

  test('has too few rows', () => {
    const candidates = columns.map((one) => ({ ...one, values: part(one.values) }));
    const refused = refusalOf(taskOf({ clock: part(clock), kpi: part(kpi), candidates }));
    expect(refused?.code).toBe('too-few-rows');
    expect(refused?.message).toContain('170 rows have a KPI');
  });

  test('has a KPI that never moves', () => {
    const still = new Float64Array(kpi.length).fill(7);
    const refused = refusalOf(taskOf({ clock, kpi: still, candidates: columns }));
    expect(refused?.code).toBe('kpi-constant');
  });

  test.each(['forward', 'f-regression', 'mutual-information'] satisfies SelectionMethod[])(
    'has nothing that forecasts the KPI, by %s',
    (method) => {
      const candidates = [...distractors(kpi.length, 3, 10), candidateOf('alias', kpi)];
      const refused = refusalOf(taskOf({ clock, kpi, candidates, method }));
      expect(refused?.code).toBe('no-usable-candidates');
      expect(refused?.message).toContain('metric{series="alias"}');
    },
  );
});
