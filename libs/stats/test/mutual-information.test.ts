import { expect, test } from 'vitest';
import { mutualInformation } from '../src/mutual-information.ts';

const a = Uint8Array.of(0, 0, 1, 1, 2, 2, 0, 1, 2, 2);
const b = Uint8Array.of(0, 1, 1, 1, 0, 0, 0, 1, 0, 1);

test('mutual information is that of sklearn.metrics.mutual_info_score 1.9, in nats', () => {
  expect(mutualInformation(a, 3, b, 2)).toBeCloseTo(0.2772588722239785, 12);
});

test('mutual information leaves out rows whose class is missing', () => {
  const missing = Uint8Array.of(...a, 3, 0);
  expect(mutualInformation(missing, 3, Uint8Array.of(...b, 0, 2), 2)).toBeCloseTo(0.27725887, 8);
});

test('mutual information of a variable with itself is its entropy, with a constant 0', () => {
  const even = Uint8Array.of(0, 1, 0, 1);
  expect(mutualInformation(even, 2, even, 2)).toBeCloseTo(Math.log(2), 12);
  expect(mutualInformation(even, 2, new Uint8Array(4), 2)).toBe(0);
});
