import { expect, test } from 'vitest';
import { whyUnusable } from '../../src/domain/why-unusable.ts';
import { seededNormal, series } from '../fakes/candidates.ts';

const normal = seededNormal(1);
const noise = series(1000, normal);

test.each<[string, Float64Array, string, string]>([
  ['without any value', noise.map(() => Number.NaN), 'dead', 'a value in 0 of 1000 rows'],
  [
    'silent after a minute',
    noise.map((value, row) => (row < 60 ? value : Number.NaN)),
    'dead',
    'a value in 60 of 1000 rows',
  ],
  [
    'silent at the end',
    noise.map((value, row) => (row < 850 ? value : Number.NaN)),
    'dead',
    'no value in the last 150 rows',
  ],
  ['of infinities', noise.map(() => Number.POSITIVE_INFINITY), 'dead', 'a value in 0'],
  ['that stands still', noise.map(() => 7), 'constant', 'is 7 throughout'],
  [
    'that stands still but for rounding',
    noise.map((value) => 1e9 + 1e-3 * Math.sign(value)),
    'constant',
    'throughout',
  ],
  [
    'that blinks three times',
    noise.map((_, row) => (row % 300 === 150 ? 1 : 0)),
    'constant',
    'is 0 but for 3 of 1000 rows',
  ],
])('a series %s is refused', (_what, values, reason, detail) => {
  expect(whyUnusable(values)).toEqual({ reason, detail: expect.stringContaining(detail) });
});

test.each<[string, Float64Array]>([
  ['noise', noise],
  ['a staircase of two steps', noise.map((_, row) => (row < 990 ? 5 : 6))],
  ['a series with gaps', noise.map((value, row) => (row % 3 === 0 ? Number.NaN : value))],
  ['tiny numbers', noise.map((value) => 1e-12 * value)],
])('%s may be a feature', (_what, values) => {
  expect(whyUnusable(values)).toBeUndefined();
});
