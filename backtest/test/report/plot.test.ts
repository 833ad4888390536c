import { expect, test } from 'vitest';
import { layRows } from '../../src/read/lay-rows.ts';
import { drawPlot } from '../../src/report/plot.ts';
import { pointsOf } from '../../src/report/plot-points.ts';
import { reportOn } from '../../src/report/report.ts';
import { backtest } from '../../src/run/backtest.ts';
import { job, recording } from '../fakes/recording.ts';

/** 390 targets, ten of which, in the middle, were not measured. */
function aRun() {
  const { x, y } = recording({ rows: 1000 });
  const hole = (value: number, row: number) => (row >= 800 && row < 810 ? Number.NaN : value);
  const columns = y.columns.map(({ name, values }) => ({ name, values: values.map(hole) }));
  const rows = layRows(x, { ...y, columns });
  const asked = job({ test: { kind: 'split', share: 0.6 } });
  const runs = backtest(rows, asked, () => undefined);
  return { rows, runs, report: reportOn('p99 <ms> & "more"', rows, asked, runs) };
}

const { rows, runs, report } = aRun();

test('a plot has a place for every number, and no name breaks it', () => {
  const svg = [...drawPlot(rows, runs, report, 120)].join('');
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(svg).toContain('p99 &lt;ms> &amp; &quot;more&quot;, 10 s ahead: NMAE 0.');
  expect(svg).toContain('bound 120');
  const open = svg.match(/<(?:svg|g|text|clipPath)\b/g)?.length;
  expect(svg.match(/<\/(?:svg|g|text|clipPath)>/g)?.length).toBe(open);
});

test('a bound is drawn where it is asked for', () => {
  expect([...drawPlot(rows, runs, report, undefined)].join('')).not.toContain('bound');
});

test('no line bridges a gap', () => {
  const [before, after, ...more] = pointsOf(rows, runs);
  expect([before?.length, after?.length, more.length]).toEqual([190, 190, 0]);
});

test('of more targets than places several share one, and their extremes are kept', () => {
  const [run] = runs;
  if (run === undefined) throw new Error('there is no run');
  const outcomes = Array.from({ length: 5000 }, (_, k) => {
    const [some] = run.outcomes;
    if (some === undefined) throw new Error('there is no outcome');
    return { ...some, target: Math.floor(k / 10), actual: k === 2345 ? 9999 : 1 };
  });
  const points = pointsOf(rows, [{ ...run, outcomes }]).flat();
  expect(points.length).toBeLessThanOrEqual(1300);
  expect(Math.max(...points.map(({ most }) => most))).toBe(9999);
  expect(Math.min(...points.map(({ least }) => least))).toBe(1);
});
