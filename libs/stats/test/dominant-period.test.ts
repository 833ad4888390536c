import { describe, expect, test } from 'vitest';
import { dominantPeriod } from '../src/dominant-period.ts';
import { seededRandom } from '../src/seeded-random.ts';

const random = seededRandom(3);
const noise = Float64Array.from({ length: 4000 }, () => random() - 0.5);
const wave = (period: number, length: number) =>
  Float64Array.from({ length }, (_, t) => Math.sin((2 * Math.PI * t) / period));

describe('the period of a signal', () => {
  test.each([50, 117.5, 333.3])('is found to a fraction of a step: %d', (period) => {
    const signal = wave(period, 4000).map((value, t) => value + (noise[t] ?? 0));
    expect(Math.abs((dominantPeriod(signal, 20) ?? 0) - period)).toBeLessThan(0.01 * period);
  });

  test('is that of the whole, not of a faster ripple below the shortest lag asked for', () => {
    const ripple = wave(7, 4000);
    const signal = wave(400, 4000).map((value, t) => value + 0.3 * (ripple[t] ?? 0));
    expect(Math.abs((dominantPeriod(signal, 100) ?? 0) - 400)).toBeLessThan(4);
  });

  test('is not a ripple on a slope, however short a lag is asked for', () => {
    const ripple = wave(12, 4000);
    const signal = wave(400, 4000).map((value, t) => value + 0.1 * (ripple[t] ?? 0));
    expect(Math.abs((dominantPeriod(signal, 10) ?? 0) - 400)).toBeLessThan(4);
  });

  test.each([
    ['noise', noise],
    ['a constant', new Float64Array(2000).fill(0.1)],
    ['less than two cycles', wave(700, 1200)],
    ['nothing', new Float64Array(0)],
  ])('is not there in %s', (_title, signal) => {
    expect(dominantPeriod(signal, 100)).toBeNull();
  });

  test('is not there in a ramp: it never comes back', () => {
    expect(
      dominantPeriod(
        Float64Array.from({ length: 2000 }, (_, t) => t),
        100,
      ),
    ).toBeNull();
  });
});
