import { describe, expect, test } from 'vitest';
import { featureValue } from '../src/feature-value.ts';

const raw = { transform: 'raw', windowMs: 0, maxAgeMs: 2500 } as const;
const rate = { transform: 'rate', windowMs: 60_000, maxAgeMs: 37_500 } as const;

describe('a raw feature', () => {
  const times = [1000, 2000, 3000];
  const values = [5, 6, Number.NaN];

  test.each([
    ['before the first sample it is missing', 999, 3, null, null, 'missing'],
    ['at a sample it is that sample', 2000, 3, 6, 2000, 'fresh'],
    ['between samples it is the newest one', 2900, 3, 6, 2000, 'fresh'],
    ['past half its greatest age it is late', 3600, 2, 6, 2000, 'late'],
    ['past its greatest age it is stale, without a value', 4501, 2, null, 2000, 'stale'],
    ['a NaN sample is not finite', 3000, 3, null, 3000, 'not-finite'],
    ['it never sees samples beyond the count', 3000, 1, 5, 1000, 'late'],
  ] as const)('%s', (_title, at, count, value, sampledAt, state) => {
    expect(featureValue(times, values, count, at, raw)).toEqual({ value, sampledAt, state });
  });
});

describe('a rate', () => {
  test('is the increase per second between the first and last sample in the window', () => {
    const times = [0, 15_000, 30_000, 45_000, 60_000];
    const values = [0, 30, 60, 90, 120];
    // The window (0, 60 s] holds the samples from 15 s on: 90 in 45 s.
    expect(featureValue(times, values, 5, 60_000, rate).value).toBe(2);
  });

  test('counts a reset from zero', () => {
    expect(featureValue([0, 15_000, 30_000], [100, 130, 15], 3, 30_000, rate).value).toBe(1.5);
  });

  test('needs two samples in the window', () => {
    expect(featureValue([0], [100], 1, 10, rate)).toEqual({
      value: null,
      sampledAt: 0,
      state: 'missing',
    });
  });
});
