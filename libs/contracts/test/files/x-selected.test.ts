import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseXSelected, seriesHash, writeXSelected } from '../../src/index.ts';
import { recordsOf } from './records.ts';

const a = seriesHash({ __name__: 'a' });
const b = seriesHash({ __name__: 'b' });

describe('an x_selected file', () => {
  test('gives one column of raw values a series, and NaN where a cell is empty', async () => {
    const parsed = await parseXSelected(recordsOf(`timestamp,${a},${b}\n10,1,2\n11,,nan\n`));
    expect(parsed).toEqual({
      ok: true,
      value: {
        at: Float64Array.of(10_000, 11_000),
        columns: [
          { series: a, values: Float64Array.of(1, Number.NaN) },
          { series: b, values: Float64Array.of(2, Number.NaN) },
        ],
      },
    });
  });

  test.each([
    ['nothing in it', '', 'file-empty'],
    ['a header alone', `timestamp,${a}\n`, 'file-header-only'],
    ['no series', 'timestamp\n1\n', 'column-unknown'],
    ['a column that is no hash', 'timestamp,cpu\n1,2\n', 'column-not-a-series'],
    ['a column twice', `timestamp,${a},${a}\n1,2,3\n`, 'column-duplicate'],
    ['text for a number', `timestamp,${a}\n1,fast\n`, 'cell-not-numeric'],
    ['a short row', `timestamp,${a},${b}\n1,2\n`, 'cell-missing'],
    ['a bad timestamp', `timestamp,${a}\nnow,2\n`, 'timestamp-unreadable'],
  ])('with %s is refused', async (_title, text, code) => {
    const parsed = await parseXSelected(recordsOf(text));
    expect(parsed).toMatchObject({ ok: false, problem: { code } });
  });

  test('that was written is read back as it was', async () => {
    const cell = fc.oneof(
      fc.constant(Number.NaN),
      fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0),
    );
    const rows = fc.array(fc.tuple(cell, cell), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(rows, async (cells) => {
        const x = {
          at: Float64Array.from(cells, (_, index) => 1579355129000 + 250 * index),
          columns: [
            { series: a, values: Float64Array.from(cells, ([value]) => value) },
            { series: b, values: Float64Array.from(cells, ([, value]) => value) },
          ],
        };
        const parsed = await parseXSelected(recordsOf([...writeXSelected(x)].join('')));
        expect(parsed).toEqual({ ok: true, value: x });
      }),
    );
  });
});
