import { expect, test } from 'vitest';
import { changeSeconds } from '../../src/domain/change-seconds.ts';

const returned = (durationMs: number) => ({ durationMs, feltMs: null });

test.each([
  ['nothing was measured', [], 3],
  ['changes took longer than the start value', [9000, 4000, 5000].map(returned), 5],
  ['changes returned sooner than the start value', [20, 30, 10].map(returned), 3],
  ['two were felt sooner than the start value', [felt(20, 1000), felt(10, 1000)], 3],
  ['three were felt sooner', [felt(20, 1000), felt(10, 1000), felt(15, 2000)], 1.1],
  ['changes were felt long after the actuator returned', [felt(20, 9000), felt(10, 8000)], 9.1],
  [
    'those that were felt are known, the others do not count',
    [felt(20, 1000), felt(20, 1000), felt(20, 1000), returned(9000), returned(9000)],
    1.1,
  ],
])('when %s', (_title, measured, seconds) => {
  expect(changeSeconds(measured, 3)).toBe(seconds);
});

function felt(durationMs: number, feltMs: number) {
  return { durationMs, feltMs };
}
