import { expect, test } from 'vitest';
import {
  advanceWindow,
  coverage,
  emptyWindow,
  newestPeak,
  type ViolationWindow,
  votes,
} from '../../src/domain/violation-window.ts';

const time = { stepMs: 1000, horizonMs: 30_000, effectMs: 3000 };

/** The window after one forecast a second with these probabilities. */
function after(probabilities: readonly number[], changes: Partial<typeof time> = {}) {
  return probabilities.reduce<ViolationWindow>(
    (window, probability, i) =>
      advanceWindow(window, { ...time, ...changes, at: i * 1000, probability, votes: 5 }),
    emptyWindow,
  );
}

test('the peak is the highest of what was forecast for the instants within reach', () => {
  expect(newestPeak(after([0.9, 0.1]))).toBe(0.9);
  // Forecast at 0 s for 30 s: at 27 s a change takes effect just then, at 28 s too late.
  expect(newestPeak(after([0.9, ...Array(27).fill(0.1)]))).toBe(0.9);
  expect(newestPeak(after([0.9, ...Array(28).fill(0.1)]))).toBe(0.1);
});

test('a change that takes longer than the horizon leaves the newest forecast alone', () => {
  expect(newestPeak(after([0.9, 0.9, 0.2], { effectMs: 40_000 }))).toBe(0.2);
});

test('what is known of the instants ahead grows with every tick up to all of them', () => {
  expect(coverage(after([0.1]), { ...time, at: 0 })).toBeCloseTo(1 / 28);
  expect(coverage(after(Array(28).fill(0.1)), { ...time, at: 27_000 })).toBe(1);
});

test('only the last n steps vote', () => {
  const window = after([0.9, 0.9, ...Array(40).fill(0.1)], { horizonMs: 2000, effectMs: 2000 });
  const last = { at: 41_000, stepMs: 1000, n: 5 };
  expect(votes(window, last, (peak) => peak < 0.15)).toBe(5);
  expect(votes(window, { ...last, at: 43_000 }, (peak) => peak < 0.15)).toBe(3);
  expect(votes(window, { ...last, at: 99_000 }, (peak) => peak < 0.15)).toBe(0);
});

test('targets of a longer horizon leave when the horizon becomes shorter', () => {
  const long = after([0.9, 0.9], { horizonMs: 60_000 });
  const next = advanceWindow(long, { ...time, at: 2000, probability: 0.1, votes: 5 });
  expect(next.targets).toEqual([32_000]);
  expect(newestPeak(next)).toBe(0.1);
});

test('a long horizon is kept in few targets, each with the highest probability of its part', () => {
  const hour = { horizonMs: 3_600_000 };
  const window = after(
    Array.from({ length: 3600 }, (_, i) => (i === 1800 ? 0.8 : 0.1)),
    hour,
  );
  expect(window.targets.length).toBeLessThanOrEqual(122);
  expect(newestPeak(window)).toBe(0.8);
});
