import { expect, test } from 'vitest';
import { layRows } from '../src/read/lay-rows.ts';
import { reportOn } from '../src/report/report.ts';
import { backtest } from '../src/run/backtest.ts';
import type { Job } from '../src/run/job.ts';
import { job, type RecordingOptions, recording } from './fakes/recording.ts';

function reportOf(options: RecordingOptions, more: Partial<Job> = {}) {
  const { x, y } = recording({ rows: 700, periodRows: 310, ...options });
  const rows = layRows(x, y);
  return reportOn(
    'kpi',
    rows,
    job(more),
    backtest(rows, job(more), () => undefined),
  );
}

test.each<[string, RecordingOptions, Partial<Job>]>([
  ['a load without a cycle', { periodRows: 0, rows: 1200 }, {}],
  ['a row each 5 s', { stepMs: 5000, periodRows: 90 }, { horizonSeconds: 50 }],
  ['a slow clock', { stepMs: 1037 }, { horizonSeconds: 30 }],
  ['a row a minute', { stepMs: 60_000, periodRows: 120 }, { horizonSeconds: 600 }],
  ['a negative KPI', { kpi: (load, noise) => -100 - 50 * load + 3 * noise }, {}],
  [
    'a throughput, X alone',
    { kpi: (load, noise) => 900 - 800 * load + 20 * noise },
    { liveKpi: false },
  ],
])('%s is forecast better than by persistence, in intervals that hold', (_, options, more) => {
  const report = reportOf(options, more);
  expect(report.skill?.value).toBeGreaterThan(0.1);
  expect(report.nmae).toBeGreaterThan(0);
  expect(report.nmaeBounds?.lower).toBeLessThan(report.nmae ?? 0);
  expect(report.nmaeBounds?.upper).toBeGreaterThan(report.nmae ?? 0);
  expect(report.coverage80).toBeGreaterThan(0.6);
  expect(report.coverage95).toBeGreaterThan(0.85);
});

test('a KPI about zero has no NMAE, and errors all the same', () => {
  const report = reportOf({ kpi: (_, noise) => noise });
  expect([report.nmae, report.nmaeBounds, report.persistenceNmae]).toEqual([null, null, null]);
  expect(report.mae).toBeGreaterThan(0);
});

test('of many metrics those are selected that help, by what lies in the training part', () => {
  const noises = Array.from({ length: 40 }, (_, k) => [`noise_${k}`, (_: number, n: number) => n]);
  const metrics = Object.fromEntries(noises);
  const report = reportOf({ rows: 1500, metrics }, { k: 'auto' });
  const [fold] = report.folds;
  expect(fold?.features).toEqual(fold?.features.filter((name) => !name.startsWith('noise')));
  expect(fold?.features.length).toBeGreaterThan(0);
  expect(fold?.selection?.refusals.length).toBeGreaterThanOrEqual(40);
});

test.each<[string, Partial<Job>]>([
  ['K is no smaller than X', {}],
  ['features are selected', { k: 1 }],
])('the KPI under another name is no feature where %s', (_, more) => {
  const { x, y } = recording({ rows: 900 });
  const kpi = y.columns[0]?.values ?? new Float64Array();
  const alias = { name: 'p99_seconds', values: kpi.map((ms) => ms / 1000) };
  const rows = layRows({ ...x, columns: [...x.columns, alias] }, y);
  const [run] = backtest(rows, job({ liveKpi: false, ...more }), () => undefined);
  expect(run?.chosen.kpiNames).toEqual(['p99_seconds']);
  expect(run?.chosen.features.map(({ series }) => series)).not.toContain('p99_seconds');
});

test.each<[string, RecordingOptions, Partial<Job>, string]>([
  ['too few rows', { rows: 120 }, {}, '--y: no model can be trained on the first 84 of 120 rows'],
  ['a KPI that stands still', { kpi: () => 7 }, {}, '--kpi: no model can be trained'],
  [
    'a horizon between two rows',
    { stepMs: 5000 },
    { horizonSeconds: 12 },
    '--horizon: 12 s lie between two rows, which are 5 s apart; ask for 15',
  ],
  [
    'a horizon longer than what is judged',
    {},
    { horizonSeconds: 40, test: { kind: 'split', share: 0.95 } },
    '--x, --y: none of the rows after the first 665 can be judged',
  ],
])('%s: refused', (_, options, more, line) => {
  expect(() => reportOf(options, more)).toThrow(line);
});

test('gaps in X and Y are borne, and what cannot be forecast is counted', () => {
  const { x, y } = recording({ rows: 900 });
  const hole = (from: number, to: number) => (value: number, row: number) =>
    row >= from && row < to ? Number.NaN : value;
  const columns = x.columns.map(({ name, values }) => ({
    name,
    values: values.map(hole(700, 760)),
  }));
  const measured = y.columns.map(({ name, values }) => ({
    name,
    values: values.map(hole(800, 820)),
  }));
  const rows = layRows({ ...x, columns }, { ...y, columns: measured });
  const report = reportOn(
    'kpi',
    rows,
    job(),
    backtest(rows, job(), () => undefined),
  );
  // Of 270 rows ten have no target yet, 20 targets were not measured, 57 rows saw no metric.
  expect(report.unanswered).toBeGreaterThanOrEqual(50);
  expect(report.targets + report.unanswered).toBe(270 - 10 - 20);
});
