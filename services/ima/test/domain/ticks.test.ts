import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tickAtOrAfter, tickAtOrBefore, tickGrid, ticksBetween } from '../../src/domain/ticks.ts';

const everySecond = { stepMs: 1000, phaseMs: 0 };
const atHalf = { stepMs: 15_000, phaseMs: 7500 };

test('a tick is a multiple of the step after the phase', () => {
  expect(tickAtOrAfter(15_001, { stepMs: 15_000, phaseMs: 0 })).toBe(30_000);
  expect(tickAtOrAfter(30_000, { stepMs: 15_000, phaseMs: 0 })).toBe(30_000);
  expect(tickAtOrAfter(7501, atHalf)).toBe(22_500);
  expect(tickAtOrBefore(22_499, atHalf)).toBe(7500);
  expect(tickAtOrBefore(22_500, atHalf)).toBe(22_500);
});

test('the ticks after the last one, up to now', () => {
  expect(ticksBetween(1000, 4999, everySecond, 10)).toEqual([2000, 3000, 4000]);
  expect(ticksBetween(4000, 4999, everySecond, 10)).toEqual([]);
  expect(ticksBetween(7500, 40_000, atHalf, 10)).toEqual([22_500, 37_500]);
});

test('after a gap longer than the limit the newest ones', () => {
  expect(ticksBetween(0, 100_000, everySecond, 3)).toEqual([98_000, 99_000, 100_000]);
});

test('from the last tick of a grid that was another, the next one is at most a step away', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.integer({ min: 1, max: 99 }), (after, sliceId) => {
      const grid = tickGrid(sliceId, 1000);
      const [next = Number.NaN] = ticksBetween(after, after + 1000, grid, 10);
      expect(next - after).toBeGreaterThan(0);
      expect(next - after).toBeLessThanOrEqual(1000);
      expect((next - grid.phaseMs) % 1000).toBe(0);
    }),
  );
});

test('the first slice has its ticks at the full steps', () => {
  expect(tickGrid(1, 1000)).toEqual(everySecond);
});

test.each([
  [80, 1],
  [1000, 1],
  [1000, 7919],
])('%i slices whose ids begin at %i have ticks spread over the step', (count, from) => {
  const phases = Array.from({ length: count }, (_, k) => tickGrid(from + k, 5000).phaseMs);
  const shares = [...Map.groupBy(phases, (phase) => phase).values()].map(({ length }) => length);
  expect(Math.max(...phases)).toBeLessThan(5000);
  expect(shares).toHaveLength(8);
  expect(Math.max(...shares)).toBeLessThanOrEqual(Math.ceil(count / 8) + 2);
});
