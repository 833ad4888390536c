import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CursorPart, decodeCursor, decodeTimeCursor, encodeCursor } from '../../src/index.ts';

test('a cursor gives back the position it was made of', () => {
  const part = fc.oneof(fc.string(), fc.integer());
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (position) => {
      const parts = position.map(
        (each): CursorPart => (typeof each === 'string' ? 'text' : 'integer'),
      );
      expect(decodeCursor(encodeCursor(position), parts)).toEqual(position);
    }),
  );
});

test.each([
  '',
  'x',
  'e30',
  encodeCursor([1]),
  'W251bGwsMV0',
  encodeCursor(['1', 'id']),
  encodeCursor([1.5, 'id']),
  encodeCursor([1e300, 'id']),
])('%j is no cursor of an instant and an id', (cursor) => {
  expect(() => decodeTimeCursor(cursor)).toThrow('not one that this service gave out');
});

test('an instant and an id come back', () => {
  expect(decodeTimeCursor(encodeCursor([5, 'x']))).toEqual({ at: 5, id: 'x' });
});
