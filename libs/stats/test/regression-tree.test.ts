import { expect, test } from 'vitest';
import { histogramBins } from '../src/histogram-bins.ts';
import { growTree, treeValue } from '../src/regression-tree.ts';

/** Two columns: the first tells the sign of the gradient, the second nothing; every tenth row misses the first. */
const rows = 200;
const x = Float64Array.from({ length: 2 * rows }, (_, k) => {
  const row = k >> 1;
  if (k % 2 === 1) return (row * 7) % 13;
  return row % 10 === 0 ? Number.NaN : row;
});
const isHigh = (row: number) => row >= 120 && row % 10 !== 0;
const gradients = Float64Array.from({ length: rows }, (_, row) => (isHigh(row) ? 1 : -1));
const sample = { rows: Int32Array.from({ length: rows }, (_, row) => row), columns: [0, 1] };

function grow(leaves: number, leafRows: number) {
  const binned = histogramBins(x, 2, 20);
  return growTree(binned, { ...sample, gradients }, { leaves, leafRows }, (own) =>
    own.reduce((sum, row) => sum + (gradients[row] ?? 0) / own.length, 0),
  );
}

test('one split finds the step, and a missing value goes with the low ones', () => {
  const tree = grow(2, 10);
  expect(tree.column).toEqual([0, -1, -1]);
  const at = (first: number) => treeValue(tree, Float64Array.of(first, 0), 0);
  expect([at(0), at(100), at(Number.NaN), at(150)].map(Math.round)).toEqual([-1, -1, -1, 1]);
});

test('no leaf is smaller than asked, and none is split for nothing', () => {
  expect(grow(8, 101).column).toEqual([-1]);
  expect(grow(8, 10).column).toHaveLength(3);
});
