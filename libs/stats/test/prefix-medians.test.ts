import fc from 'fast-check';
import { expect, test } from 'vitest';
import { median } from '../src/median.ts';
import { prefixMedians } from '../src/prefix-medians.ts';

test('each is the median of the first so many values, without those that are not finite', () => {
  const cell = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(Number.NaN));
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 40 }), (cells) => {
      const lengths = [1, 3, 10, 40];
      const values = Float64Array.from(cells);
      expect(prefixMedians(values, lengths)).toEqual(
        lengths.map((length) => median(values.subarray(0, length))),
      );
    }),
  );
});
