import { expect, test } from 'vitest';
import { readTable, type Table } from '../../src/read/read-table.ts';
import { temporaryFile, temporaryFolder } from '../fakes/temporary-file.ts';

function read(text: string, timestamp?: string): Promise<Table> {
  const path = temporaryFile(text);
  return readTable({
    field: '--y y.csv',
    path,
    timestamp,
    wanted: (n) => n === 'p99',
    needed: 'p99',
  });
}

test.each([
  ['epoch seconds', '1700000000', '1700000001.5'],
  ['epoch milliseconds', '1700000000000', '1700000001500'],
  ['RFC 3339', '2023-11-14T22:13:20Z', '2023-11-14T23:13:21.5+01:00'],
])('times may be %s, and are kept as they stand', async (_, first, second) => {
  const table = await read(`timestamp,p99\n${first},10\n${second},11\n`);
  expect([...table.at]).toEqual([1_700_000_000_000, 1_700_000_001_500]);
  expect(table.times).toEqual([first, second]);
});

test('an empty cell and `nan` were not measured; columns that are not wanted may hold anything', async () => {
  const { columns } = await read('host,at,p99\na,1,\nb,2,nan\nc,3,-1.5e2\n', 'at');
  expect(columns).toEqual([{ name: 'p99', values: Float64Array.of(Number.NaN, Number.NaN, -150) }]);
});

test('a byte order mark, blank lines and the line ends of other systems are borne', async () => {
  const { at } = await read('\uFEFFtimestamp,p99\r\n1,10\r\n\r\n2,11\r\n');
  expect(at).toHaveLength(2);
});

test.each([
  ['', 'is empty; give a header and rows'],
  ['timestamp,p99\n', 'has a header but no rows; give rows'],
  ['timestamp,p99\n1,2\n', 'has one row; give a recording of hundreds'],
  [
    'timestamp,p95,p50\n1,2,3\n',
    'has no column `p99`; name one of its own with --kpi: `timestamp`, `p95`, `p50`',
  ],
  ['timestamp,p99,p99\n1,2,3\n', 'has column `p99` 2 times; give every column a name of its own'],
  ['timestamp,p99\n1,2\n2\n', 'line 3 has 1 cells and the header 2; give every row as many cells'],
  ['timestamp,p99\n1,2\n2,3,4\n', 'line 3 has 3 cells and the header 2'],
  [
    'timestamp,p99\n1,2\n2,high\n',
    'line 3: `high` in column `p99` is not a number; write a number, leave the cell empty',
  ],
  ['timestamp,p99\n1,2\n2,Infinity\n', 'line 3: `Infinity` in column `p99` is not a number'],
  [
    'timestamp,p99\nyesterday,2\n',
    'line 2: `yesterday` in column `timestamp` is no time; write epoch seconds',
  ],
  [
    'timestamp,p99\n2026-01-31 12:00:00,2\n',
    'is no time; write epoch seconds, epoch milliseconds or RFC 3339 with its zone',
  ],
  ['timestamp,p99\n1,2\n1,3\n', 'line 3 has the time 1 a second time; keep one row for each time'],
  ['timestamp,p99\n1,2\n5,3\n4,3\n', 'line 4: 4 comes after 5; sort the rows by time, once each'],
  ['timestamp,p99\n1,"2\n', 'write it as a CSV file'],
])('%j is refused in one line', async (text, line) => {
  const refused = await read(text).catch((error: Error) => error.message);
  expect(refused).toContain(line);
  expect(refused).toMatch(/^--y y\.csv: [^\n]*$/);
});

test('a file that is not there and a folder are refused', async () => {
  const folder = temporaryFolder();
  const file = { field: '--x x.csv', wanted: () => true };
  await expect(readTable({ ...file, path: `${folder}/x.csv` })).rejects.toThrow(
    '--x x.csv: there is no such file; give the path of a CSV file',
  );
  await expect(readTable({ ...file, path: folder })).rejects.toThrow('--x x.csv: is no file');
});
