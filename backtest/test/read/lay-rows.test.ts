import { expect, test } from 'vitest';
import { layRows } from '../../src/read/lay-rows.ts';
import type { Table } from '../../src/read/read-table.ts';

/** Seconds to a table of one column, whose values are the seconds themselves. */
function table(name: string, seconds: readonly number[]): Table {
  return {
    at: Float64Array.from(seconds, (second) => Math.round(1000 * second)),
    times: seconds.map(String),
    columns: [{ name, values: Float64Array.from(seconds) }],
  };
}

function range(from: number, to: number, step = 1): number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, k) => from + k * step);
}

test('rows are those of Y where X was recorded as well', () => {
  const rows = layRows(table('x', range(100, 200)), table('y', range(90, 150)));
  expect(rows.times).toEqual(range(100, 150).map(String));
  expect(rows.notes).toEqual(['10 rows left out of Y, because X was not recorded then']);
});

test("a clock's jitter makes no gaps", () => {
  const jittered = range(100, 200).map((second, k) => second + 0.2 * Math.sin(k * k));
  const rows = layRows(table('x', range(90, 210)), table('y', jittered));
  const steps = rows.ticksAt.subarray(1).map((at, before) => at - (rows.ticksAt[before] ?? 0));
  expect(new Set(steps)).toEqual(new Set([1000]));
  expect(rows.notes).toEqual([]);
  expect(rows.at[1]).toBe(Math.round(1000 * (101 + 0.2 * Math.sin(1))));
});

test('of two rows in one step the later stays', () => {
  const y = table('y', [...range(100, 110), 109.3, ...range(110, 150)]);
  const rows = layRows(table('x', range(100, 150)), y);
  expect(rows.times.slice(8, 11)).toEqual(['108', '109.3', '110']);
  expect(rows.notes).toEqual(['1 row left out of Y, because a later row has the same step']);
});

test('gaps stay gaps, and the longest is named', () => {
  const y = table('y', [...range(100, 130), ...range(150, 190)]);
  const rows = layRows(table('x', range(100, 190)), y);
  expect((rows.ticksAt[30] ?? 0) - (rows.ticksAt[29] ?? 0)).toBe(21_000);
  expect(rows.notes).toEqual(['20 steps have no row (the longest gap is 21 s, after 129)']);
});

test('files of different times are refused, each with its span', () => {
  expect(() => layRows(table('x', range(100, 200)), table('y', range(3700, 3800)))).toThrow(
    '--x, --y: do not overlap: X is from 100 to 199, Y from 3700 to 3799; give X and Y of the same time',
  );
});

test('more gaps than rows are refused, and the longest is named', () => {
  const y = table('y', [...range(100, 130), ...range(1000, 1030)]);
  expect(() => layRows(table('x', range(100, 1030)), y)).toThrow(
    '--y: 60 rows lie scattered over 930 steps of 1 s (the longest gap is 871 s, after 129); give one stretch',
  );
});
