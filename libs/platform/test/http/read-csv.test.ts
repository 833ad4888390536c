import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type ReadCsvOptions, readCsv } from '../../src/index.ts';

async function read(chunks: (string | Buffer)[], options?: ReadCsvOptions) {
  const records: unknown[] = [];
  for await (const record of readCsv(Readable.from(chunks), options)) records.push(record);
  return records;
}

describe('a csv stream', () => {
  test('gives records with the line each begins at', async () => {
    expect(await read(['\uFEFFa,b\r\n1,"x\ny"\r\n', '2,"say ""hi"""\n'])).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['1', 'x\ny'] },
      { line: 4, cells: ['2', 'say "hi"'] },
    ]);
  });

  test('leaves it to the reader of the file how many cells a record has', async () => {
    expect(await read(['a,b\n1\n1,2,3'])).toMatchObject([
      { cells: ['a', 'b'] },
      { cells: ['1'] },
      { cells: ['1', '2', '3'] },
    ]);
  });

  test('is empty when nothing comes', async () => {
    expect(await read([])).toEqual([]);
  });

  test.each([
    ['a quote that never ends', 'a,b\n1,2\n3,"4\n5,6', {}, 'Quote Not Closed'],
    ['a quote in the middle of a cell', 'a,b\n1,x"y"\n', {}, 'line 2'],
    ['a record without an end', `a\n${'x'.repeat(100)}`, { maxRecordBytes: 50 }, 'line 2'],
    ['more rows than are allowed', 'a\n1\n2\n3\n', { maxRows: 2 }, 'line 4'],
  ])('with %s is refused, and the line named', async (_title, text, options, line) => {
    const refused = read([text], options);
    await expect(refused).rejects.toMatchObject({ status: 400, code: 'csv-malformed' });
    await expect(read([text], options)).rejects.toThrow(line);
  });

  test('fails with the error of its source', async () => {
    async function* broken() {
      yield 'a,b\n';
      throw new Error('the client went away');
    }
    const reading = async () => {
      for await (const _ of readCsv(Readable.from(broken())));
    };
    await expect(reading()).rejects.toThrow('the client went away');
  });
});
