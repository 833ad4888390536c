import { expect, test } from 'vitest';
import { changeSeconds } from '../../src/domain/change-seconds.ts';

test.each([
  ['nothing was measured', [], 3],
  ['changes took longer than the start value', [9000, 4000, 5000], 5],
  ['changes returned sooner than the start value', [20, 30, 10], 3],
])('when %s', (_title, durationsMs, seconds) => {
  expect(changeSeconds(durationsMs, 3)).toBe(seconds);
});
