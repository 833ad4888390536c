import { expect, test } from 'vitest';
import { tickAtOrAfter, ticksBetween } from '../../src/domain/ticks.ts';

test('ticks lie on multiples of the step', () => {
  expect(tickAtOrAfter(15_001, 15_000)).toBe(30_000);
  expect(tickAtOrAfter(30_000, 15_000)).toBe(30_000);
});

test('the ticks after one, up to an instant, come oldest first', () => {
  expect(ticksBetween(1000, 4999, 1000, 10)).toEqual([2000, 3000, 4000]);
  expect(ticksBetween(4000, 4999, 1000, 10)).toEqual([]);
});

test('of more missed ticks than the limit, the newest are made up for', () => {
  expect(ticksBetween(0, 100_000, 1000, 3)).toEqual([98_000, 99_000, 100_000]);
});
