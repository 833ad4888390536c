import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestRows } from '../src/nearest-rows.ts';
import { seededRandom } from '../src/seeded-random.ts';

const nearestByAll = (rows: readonly number[], width: number, at: readonly number[], k: number) => {
  const distances = Array.from({ length: rows.length / width }, (_, row) =>
    at.reduce((sum, value, j) => sum + ((rows[row * width + j] ?? 0) - value) ** 2, 0),
  );
  const reach = distances.toSorted((a, b) => a - b)[k - 1] ?? Number.NaN;
  return distances.flatMap((distance, row) => (distance <= reach ? [row] : []));
};

const found = (rows: readonly number[], width: number, at: readonly number[], k: number) => {
  const { count, rows: indices } = nearestRows(rows, width).find(at, k);
  return [...indices.subarray(0, count)].sort((a, b) => a - b);
};

test('finds the rows that a look at all of them finds, also of equals and in a short last block', () => {
  const cell = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.double({ min: -5, max: 5, noNaN: true }),
  );
  const sample = fc.integer({ min: 1, max: 4 }).chain((width) =>
    fc.record({
      width: fc.constant(width),
      rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 120,
      }),
      at: fc.array(cell, { minLength: width, maxLength: width }),
      k: fc.integer({ min: 1, max: 120 }),
    }),
  );
  fc.assert(
    fc.property(sample, ({ width, rows, at, k }) => {
      const most = Math.min(k, rows.length);
      expect(found(rows.flat(), width, at, most)).toEqual(
        nearestByAll(rows.flat(), width, at, most),
      );
    }),
  );
});

test('finds them on a course of thousands, one search after another', () => {
  const random = seededRandom(5);
  const rows = Array.from({ length: 3000 }, (_, i) => [
    Math.sin(i / 90) + 0.1 * random(),
    Math.cos(i / 90),
    random(),
  ]).flat();
  const search = nearestRows(rows, 3);
  for (const at of [
    [0, 1, 0.5],
    [1, 0, 0.1],
    [9, 9, 9],
  ]) {
    const { count, rows: indices } = search.find(at, 150);
    const sorted = [...indices.subarray(0, count)].sort((a, b) => a - b);
    expect(sorted).toEqual(nearestByAll(rows, 3, at, 150));
  }
});
