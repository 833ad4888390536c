import { expect, test } from 'vitest';
import { longestUnchangedMs } from '../../src/domain/longest-unchanged.ts';

test.each([
  ['a value that always moves', [1, 2, 3, 4], 0],
  ['a stand in the middle', [1, 5, 5, 5, 2], 2000],
  ['a stand to the end', [1, 2, 2], 1000],
  ['a stand across a missing cell', [3, Number.NaN, 3, 4], 2000],
  ['nothing at all', [], 0],
])('%s', (_title, values, longest) => {
  const at = values.map((_, row) => row * 1000);
  expect(longestUnchangedMs(at, values)).toBe(longest);
});
