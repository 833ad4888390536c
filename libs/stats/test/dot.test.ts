import { expect, test } from 'vitest';
import { dot } from '../src/dot.ts';

test('one row of a matrix times the coefficients', () => {
  expect(dot([9, 9, 1, 2, 3, 9], 2, [4, 5, 6])).toBe(32);
});
