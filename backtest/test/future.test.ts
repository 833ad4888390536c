import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layRows, type Rows } from '../src/read/lay-rows.ts';
import { foldsOf } from '../src/run/folds.ts';
import type { Job } from '../src/run/job.ts';
import { type FoldRun, runFold } from '../src/run/run-fold.ts';
import { job, recording } from './fakes/recording.ts';

const silent = () => undefined;

describe('what lies in the future', () => {
  const { x, y } = recording({
    rows: 900,
    stepMs: 5000,
    periodRows: 150,
    metrics: {
      noise: (_, noise) => noise,
      bytes_total: (load, _, row) => 900 * row + 50 * load,
    },
  });

  /** Cells at and after a row as somebody else wishes them. */
  function changed(from: number, salt: number): Rows {
    const cell = (value: number, row: number) => {
      if (row < from) return value;
      return (row * salt) % 7 === 0 ? Number.NaN : 1e3 * Math.abs(Math.sin(row * salt));
    };
    const columns = (table: typeof x) =>
      table.columns.map(({ name, values }) => ({ name, values: values.map(cell) }));
    return layRows({ ...x, columns: columns(x) }, { ...y, columns: columns(y) });
  }

  const stepsAhead = 10;

  test.each<[string, Partial<Job>]>([
    ['split, live KPI', { k: 2 }],
    ['split, X alone', { liveKpi: false }],
    ['rolling, K auto', { test: { kind: 'rolling' }, k: 'auto' }],
  ])('changes nothing that is trained or forecast before it: %s', (_, more) => {
    const asked = job({ horizonSeconds: 50, ...more });
    const rows = layRows(x, y);
    const folds = foldsOf(rows, asked);
    const fold = folds[0] ?? { end: 0, until: 0 };
    const run = runFold(rows, fold, asked, silent);
    expect(run.outcomes.length).toBeGreaterThan(50);
    const from = fc.integer({ min: fold.end, max: fold.until });
    const salt = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(from, salt, (row, salted) => {
        const others = changed(row, salted);
        expect(foldsOf(others, asked)).toEqual(folds);
        const other = runFold(others, fold, asked, silent);
        expect(trainedOf(other)).toEqual(trainedOf(run));
        const made = madeBefore(other, row);
        // The change may take a target away, and with it the outcome, but alters no forecast.
        const same = [...madeBefore(run, row)].filter(([origin]) => made.has(origin));
        expect([...made]).toEqual(same);
        expect(made.size).toBeGreaterThanOrEqual(row - fold.end - stepsAhead);
      }),
      { numRuns: 4, seed: 5, examples: [[fold.end, 1]] },
    );
  });

  /** All but the times that training took. */
  function trainedOf({ model, chosen }: FoldRun): unknown {
    return JSON.parse(
      JSON.stringify({ model, chosen }, (key, value) => (key === 'trainingSeconds' ? 0 : value)),
    );
  }

  /** By origin, of the forecasts made before a row, whenever their targets are. */
  function madeBefore({ outcomes, rivals }: FoldRun, from: number) {
    const made = outcomes.map(({ row, quantiles, probability }, index) => {
      const medians = rivals.map((rival) => [rival.name, rival.medians[index]]);
      return [row, { quantiles, probability, medians }] as const;
    });
    return new Map(made.filter(([row]) => row < from));
  }
});
