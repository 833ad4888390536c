import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseYFile, writeYFile, type YFileOptions } from '../../src/index.ts';
import { recordsOf } from './records.ts';

async function read(text: string, options?: YFileOptions) {
  const parsed = await parseYFile(recordsOf(text), options);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.value;
}

async function refusal(text: string, options?: YFileOptions) {
  const parsed = await parseYFile(recordsOf(text), options);
  return parsed.ok ? undefined : parsed.problem;
}

describe('a Y file', () => {
  test('gives the second column on its instants when no names are given', async () => {
    const series = await read('timestamp,R_99\n1579355129,24.94\n1579355130,25\n');
    expect(series.kpiName).toBe('R_99');
    expect([...series.at]).toEqual([1579355129000, 1579355130000]);
    expect([...series.values]).toEqual([24.94, 25]);
    expect(series.report).toEqual({
      rows: 2,
      duplicatesRemoved: 0,
      outOfOrder: 0,
      stepMs: 1000,
      gaps: 0,
      longestGapMs: 1000,
    });
  });

  test('is read by the names of its columns, whatever they are called and wherever they stand', async () => {
    const series = await read('\uFEFFp99,x,when\n1,7,1000\n2,8,1001\n', {
      timestampLabel: 'when',
      kpiName: 'p99',
    });
    expect([...series.values]).toEqual([1, 2]);
  });

  test('may carry milliseconds or RFC 3339', async () => {
    const series = await read('t,v\n1579355129500,1\n2020-01-18T13:45:30.500Z,2\n');
    expect([...series.at]).toEqual([1579355129500, 1579355130500]);
  });

  test('keeps the last of two rows of one instant and counts what it leaves out', async () => {
    const series = await read('timestamp,v\n10,1\n11,2\n11,3\n10,4\n12,5\n');
    expect([...series.values]).toEqual([4, 3, 5]);
    expect(series.report).toMatchObject({ rows: 3, duplicatesRemoved: 2, outOfOrder: 1 });
  });

  test('says how many gaps it has and how long the longest is', async () => {
    const series = await read('timestamp,v\n10,1\n11,1\n12,1\n15,1\n16,1\n18,1\n');
    expect(series.report).toMatchObject({ stepMs: 1000, gaps: 2, longestGapMs: 3000 });
  });

  test('skips blank lines', async () => {
    expect((await read('timestamp,v\n10,1\n\n11,2\n')).report.rows).toBe(2);
  });

  test.each([
    ['an empty file', '', {}, { code: 'file-empty' }],
    ['a blank line alone', '\n', {}, { code: 'file-empty' }],
    ['a header alone', 'timestamp,v\n', {}, { code: 'file-header-only' }],
    ['one column', 'timestamp\n1\n', {}, { code: 'column-unknown' }],
    [
      'a KPI that is not there',
      'timestamp,p99\n1,2\n',
      { kpiName: 'R_99' },
      {
        code: 'column-unknown',
        message: 'column `R_99` is not in the file; it has `timestamp`, `p99`',
      },
    ],
    [
      'a timestamp label that is not there',
      'timestamp,p99\n1,2\n',
      { timestampLabel: 'time' },
      { code: 'column-unknown', column: 'time' },
    ],
    ['a column twice', 'timestamp,v,v\n1,2,3\n', {}, { code: 'column-duplicate', column: 'v' }],
    [
      'a cell that is no number',
      'timestamp,v\n1,2\n2,fast\n',
      {},
      { code: 'cell-not-numeric', line: 3, value: 'fast', column: 'v' },
    ],
    ['NaN', 'timestamp,v\n1,NaN\n', {}, { code: 'cell-not-numeric', line: 2, value: 'NaN' }],
    ['an empty cell', 'timestamp,v\n1,\n', {}, { code: 'cell-not-numeric', line: 2, value: '' }],
    ['a missing cell', 'timestamp,v\n1\n', {}, { code: 'cell-missing', line: 2 }],
    ['a bad timestamp', 'timestamp,v\nnow,1\n', {}, { code: 'timestamp-unreadable', line: 2 }],
    ['too few rows', 'timestamp,v\n1,1\n1,2\n', {}, { code: 'too-few-rows' }],
    ['too many rows', 'timestamp,v\n1,1\n2,2\n3,3\n', { maxRows: 2 }, { code: 'too-many-rows' }],
  ])('with %s is refused in words', async (_title, text, options, expected) => {
    expect(await refusal(text, options)).toMatchObject(expected);
  });

  test('that was written is read back as it was', async () => {
    const row = fc.tuple(
      fc.integer({ min: 0, max: 2_000_000_000_000 }),
      fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0),
    );
    const rows = fc.uniqueArray(row, { minLength: 2, selector: ([at]) => at });
    await fc.assert(
      fc.asyncProperty(rows, async (pairs) => {
        const sorted = pairs.toSorted(([a], [b]) => a - b);
        const at = Float64Array.from(sorted, ([instant]) => instant);
        const values = Float64Array.from(sorted, ([, value]) => value);
        const series = await read([...writeYFile({ kpiName: 'a "b", c', at, values })].join(''));
        expect(series.kpiName).toBe('a "b", c');
        expect(series.at).toEqual(at);
        expect(series.values).toEqual(values);
      }),
    );
  });
});
