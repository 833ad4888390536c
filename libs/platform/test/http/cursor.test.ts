import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from '../../src/index.ts';

test('a cursor gives back the position it was made of', () => {
  const part = fc.oneof(fc.string(), fc.integer());
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (position) => {
      expect(decodeCursor(encodeCursor(position), position.length)).toEqual(position);
    }),
  );
});

test.each(['', 'x', 'e30', encodeCursor([1]), 'W251bGwsMV0'])(
  '%j is no cursor of two parts',
  (cursor) => {
    expect(() => decodeCursor(cursor, 2)).toThrow('not one that this service gave out');
  },
);
