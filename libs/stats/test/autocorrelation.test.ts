import { expect, test } from 'vitest';
import { autocorrelation } from '../src/autocorrelation.ts';

test.each([
  [0, 1],
  [1, 0.8377327466599834],
  [6, -0.8923885310368924],
  [12, 0.8503030985052364],
  [30, -0.8348623853211008],
])(
  'at lag %d it is that of NumPy 2.4 (sums of products of the centred values)',
  (lag, expected) => {
    const signal = Float64Array.from(
      { length: 60 },
      (_, t) => Math.sin((2 * Math.PI * t) / 12) + 0.3 * Math.cos((2 * Math.PI * t) / 5),
    );
    expect(autocorrelation(signal, 30)[lag]).toBeCloseTo(expected, 10);
  },
);

test('a constant has none, whatever its rounding errors', () => {
  expect([...autocorrelation(new Float64Array(1000).fill(0.1), 3)]).toEqual([0, 0, 0, 0]);
});
