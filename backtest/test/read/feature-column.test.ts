import { expect, test } from 'vitest';
import { featureColumn, featureOf } from '../../src/read/feature-column.ts';
import { layRows } from '../../src/read/lay-rows.ts';
import type { Table } from '../../src/read/read-table.ts';

const none = Number.NaN;

function rowsOf(x: readonly (readonly [number, number])[], y: readonly number[], name = 'metric') {
  const of = (column: string, cells: readonly (readonly [number, number])[]): Table => ({
    at: Float64Array.from(cells, ([second]) => 1000 * second),
    times: cells.map(([second]) => String(second)),
    columns: [{ name: column, values: Float64Array.from(cells, ([, value]) => value) }],
  });
  return layRows(
    of(name, x),
    of(
      'kpi',
      y.map((second) => [second, 1] as const),
    ),
  );
}

function columnOf(rows: ReturnType<typeof rowsOf>): readonly number[] {
  const [metric] = rows.samples.metrics;
  if (metric === undefined) throw new Error('there is no metric');
  const { length } = rows.at;
  return [...featureColumn(rows, metric, featureOf(rows, metric, length), length)];
}

test('a row sees the newest sample at or before it, whatever the clock of X', () => {
  const rows = rowsOf(
    [
      [9.9, 1],
      [12.4, 2],
      [14.9, 3],
      [17.4, 4],
    ],
    [10, 12, 14, 16, 18],
  );
  expect(columnOf(rows)).toEqual([1, 1, 2, 3, 4]);
});

test('a value is carried on for two and a half steps of X, then it is missing', () => {
  const rows = rowsOf(
    [
      [10, 1],
      [11, 2],
      [12, none],
      [13, none],
      [14, none],
      [15, 5],
    ],
    [10, 11, 12, 13, 14, 15],
  );
  expect(columnOf(rows)).toEqual([1, 2, 2, 2, none, 5]);
});

test('a counter enters as its rate, and a reset counts from zero', () => {
  const seconds = Array.from({ length: 60 }, (_, k) => 10 + k);
  const samples = seconds.map(
    (second, k) => [second, k < 40 ? 1000 + 7 * k : 7 * (k - 40)] as const,
  );
  const rates = columnOf(rowsOf(samples, seconds, 'requests_total'));
  expect(rates[0]).toBeNaN();
  expect(rates[30]).toBeCloseTo(7, 9);
  expect(rates[59]).toBeCloseTo(7, 9);
  // Between 279 before the reset and 0 after it, one second's increase is not known.
  expect(rates[41]).toBeCloseTo((7 * 13) / 14, 9);
});
