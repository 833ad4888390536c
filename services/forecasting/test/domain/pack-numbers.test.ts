import { expect, test } from 'vitest';
import { packNumbers } from '../../src/domain/pack-numbers.ts';

const long = (cell: (k: number) => number | null) => Array.from({ length: 300 }, (_, k) => cell(k));

test('long rows of numbers become typed arrays wherever they lie, and nothing else changes', () => {
  const model = {
    format: 3,
    none: null,
    short: [1, 2, 3],
    members: [{ name: 'analog', fitted: { places: long((k) => k / 3) } }],
    gaps: long((k) => (k % 2 === 0 ? null : k)),
    rows: [[1, 2], long((k) => k)],
  };
  expect(packNumbers(structuredClone(model))).toEqual({
    ...model,
    members: [
      {
        name: 'analog',
        fitted: {
          places: Float64Array.from(
            long((k) => k / 3),
            Number,
          ),
        },
      },
    ],
    rows: [
      [1, 2],
      Float64Array.from(
        long((k) => k),
        Number,
      ),
    ],
  });
});
