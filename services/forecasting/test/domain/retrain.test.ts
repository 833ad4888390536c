import type { SliceInput } from '@slicecast/contracts';
import { describe, expect, test } from 'vitest';
import { wins } from '../../src/domain/compare-models.ts';
import { driftingFlavors, RecordedRows, rowsNeeded } from '../../src/domain/retrain.ts';
import { train, trainAndCompare } from '../../src/domain/train.ts';
import { part, rowOf, start, syntheticProfile, syntheticSlice } from '../fakes/synthetic-load.ts';

const { sla } = syntheticSlice();
const hooks = { progress: () => undefined, cancelled: () => false };
const horizonSeconds = 10;
const usual = syntheticProfile({ rows: 2600 });

describe('a model that was trained anew', () => {
  const incumbent = train({ profile: part(usual, 0, 1600), horizonSeconds, sla, seed: 1 }, hooks);
  const recent = part(usual, 1600, 2600);
  const against = (profile: typeof usual) =>
    trainAndCompare({ profile, horizonSeconds, sla, seed: 1, incumbent }, hooks);

  test('wins where the service is not what it was', () => {
    const slower = { ...recent, kpi: recent.kpi.map((kpi) => (kpi ?? 0) + 60) };
    const { trained, comparisons } = against(slower);
    expect(comparisons.map(({ mode }) => mode)).toEqual(['live-kpi', 'x-alone']);
    expect(comparisons.every(({ lower }) => lower > 0)).toBe(true);
    expect(wins(comparisons)).toBe(true);
    // The comparison leaves no trace in what was learned.
    expect(trained).toEqual(train({ profile: slower, horizonSeconds, sla, seed: 1 }, hooks));
  });

  test('does not win on too few rows to tell luck from skill, however good it seems', () => {
    const few = part(usual, 1600, 1900);
    const { comparisons } = against({ ...few, kpi: few.kpi.map((kpi) => (kpi ?? 0) + 60) });
    expect(comparisons.every(({ value }) => value > 0.5)).toBe(true);
    expect(wins(comparisons)).toBe(false);
  });

  test('does not win where nothing has changed', () => {
    expect(wins(against(recent).comparisons)).toBe(false);
  });
});

test.each([
  [
    [
      [0.1, 0.2],
      [-0.1, 0.1],
    ],
    true,
  ],
  [
    [
      [0.1, 0.2],
      [-0.2, -0.1],
    ],
    false,
  ],
  [
    [
      [-0.1, 0.2],
      [-0.1, 0.1],
    ],
    false,
  ],
  [
    [
      [Number.NaN, Number.NaN],
      [0.1, 0.2],
    ],
    true,
  ],
  [[], false],
])('bounds of the skill %j win: %s', (bounds, expected) => {
  const comparisons = bounds.map(([lower = 0, upper = 0]) => ({
    mode: 'live-kpi' as const,
    value: 0.15,
    lower,
    upper,
  }));
  expect(wins(comparisons)).toBe(expected);
});

test('a lead of hardly anything does not win, however sure it is', () => {
  const lead = { mode: 'live-kpi' as const, value: 0.01, lower: 0.005, upper: 0.02 };
  expect(wins([lead])).toBe(false);
});

test('a flavor drifts since the earlier of its modes, those apart that no new model is held against', () => {
  const contest = (
    flavorId: number,
    driftingSince: number | null,
    mode: 'live-kpi' | 'by-effect' = 'live-kpi',
  ) => ({
    flavorId,
    mode,
    inCharge: 'a',
    gated: true,
    driftingSince,
    standings: [],
  });
  const contests = [contest(1, 500), contest(1, 300), contest(2, null)];
  contests.push(contest(1, 200, 'by-effect'), contest(3, 200, 'by-effect'));
  expect(driftingFlavors(contests)).toEqual([{ flavorId: 1, since: 300 }]);
});

test.each([
  ['fifteen minutes', { stepMs: 1000, horizonSeconds: 30, periodMs: null }, 900],
  ['twenty horizons', { stepMs: 1000, horizonSeconds: 120, periodMs: null }, 2400],
  ['two cycles and a bit', { stepMs: 1000, horizonSeconds: 30, periodMs: 1_175_000 }, 2585],
  [
    'what the record is asked for',
    { stepMs: 1000, horizonSeconds: 30, periodMs: 86_400_000 },
    5000,
  ],
])('a training waits for %s', (_title, model, rows) => {
  expect(rowsNeeded(model, 5000)).toBe(rows);
});

describe('rows from the record', () => {
  const { features, stepMs } = usual;
  const collect = (inputs: readonly SliceInput[], mostRows = 100) => {
    const rows = new RecordedRows(1, mostRows);
    for (const input of inputs) rows.add(input);
    return rows.profile({ features, stepMs });
  };

  test('make a profile as it was sent, of the newest rows', () => {
    const inputs = Array.from({ length: 530 }, (_, row) => rowOf(usual, row));
    expect(collect(inputs)).toEqual(part(usual, 430, 530));
  });

  test('take a KPI that came late, no other flavor, no tick twice, and nothing that was not usable', () => {
    const { kpi: late, ...without } = rowOf(usual, 1);
    const stale = { ...rowOf(usual, 2), states: ['stale', 'fresh', 'fresh'] as const };
    const inputs: SliceInput[] = [
      rowOf(usual, 0),
      rowOf(usual, 0),
      without,
      { ...stale, states: [...stale.states] },
      { kind: 'kpi', tenantId: 'default', sliceId: 1, at: start + 1000, kpi: late ?? 0 },
      rowOf(usual, 3, 2),
    ];
    const profile = collect(inputs);
    expect(profile.at).toEqual(usual.at.slice(0, 3));
    expect(profile.kpi).toEqual(usual.kpi.slice(0, 3));
    expect(profile.columns[0]?.[2]).toBeNull();
    expect(profile.columns[1]).toEqual(usual.columns[1]?.slice(0, 3));
  });
});
