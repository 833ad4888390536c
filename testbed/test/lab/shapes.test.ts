import { expect, test } from 'vitest';
import { isShapeName, type ShapeName, shapes } from '../../src/lab/load/shapes.ts';

const options = { low: 40, high: 240, periodSeconds: 100, seed: 7 };

test.each<[ShapeName, readonly [seconds: number, clients: number][]]>([
  [
    'constant',
    [
      [0, 240],
      [57, 240],
    ],
  ],
  [
    'sinusoid',
    [
      [0, 40],
      [25, 140],
      [50, 240],
      [75, 140],
      [100, 40],
    ],
  ],
  [
    'trapezoid',
    [
      [0, 40],
      [40, 40],
      [52.5, 140],
      [65, 240],
      [75, 240],
      [87.5, 140],
      [100, 40],
      [152.5, 140],
    ],
  ],
  [
    'flash-crowd',
    [
      [0, 40],
      [39.9, 40],
      [40 + 100 / 60, 240],
      [40 + 100 / 60 + 10, 40 + 200 / Math.E],
    ],
  ],
])('%s has its clients at its times', (name, points) => {
  const clientsAt = shapes[name](options);
  for (const [seconds, clients] of points) expect(clientsAt(seconds)).toBeCloseTo(clients, 9);
});

test('poisson gives counts whose mean and variance are the height, the same for the same seed', () => {
  const counts = Array.from({ length: 4000 }, (_, second) => shapes.poisson(options)(second));
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  // Three standard errors: 240^.5 / 4000^.5 of the mean, 240 · (2 / 4000)^.5 of the variance.
  expect(Math.abs(mean - 240)).toBeLessThan(0.74);
  expect(Math.abs(variance - 240)).toBeLessThan(16.1);
  expect(counts.slice(0, 50)).toEqual(
    Array.from({ length: 50 }, (_, second) => shapes.poisson(options)(second + 0.5)),
  );
  expect(counts[3]).not.toBe(shapes.poisson({ ...options, seed: 8 })(3));
});

test('knows its shapes by name, and nothing that an object has by itself', () => {
  expect(Object.keys(shapes).every(isShapeName)).toBe(true);
  expect(isShapeName('toString')).toBe(false);
});
