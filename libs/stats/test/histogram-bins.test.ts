import { expect, test } from 'vitest';
import { binOf, histogramBins } from '../src/histogram-bins.ts';

test('bins hold about equally many rows, and missing values have their own', () => {
  const x = Float64Array.from({ length: 101 }, (_, row) => (row === 100 ? Number.NaN : row));
  const { bins, cuts } = histogramBins(x, 1, 4);
  expect([...(cuts[0] ?? [])]).toEqual([24.75, 49.5, 74.25]);
  const counts = [0, 1, 2, 3, 4].map((bin) => bins.filter((own) => own === bin).length);
  expect(counts).toEqual([1, 25, 25, 25, 25]);
});

test('a value on a cut lies below it', () => {
  const cuts = Float64Array.of(1, 2);
  expect([0, 1, 1.5, 2, 9, Number.NaN].map((value) => binOf(cuts, value))).toEqual([
    1, 1, 2, 2, 3, 0,
  ]);
});

test('a column of one value has no cut', () => {
  expect(histogramBins(new Float64Array(50).fill(7), 1, 8).cuts[0]).toHaveLength(0);
});
