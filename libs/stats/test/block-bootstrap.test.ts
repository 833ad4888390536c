import { expect, test } from 'vitest';
import { bootstrapSkill } from '../src/block-bootstrap.ts';

const n = 600;
const own = Float64Array.from({ length: n }, (_, i) => Math.abs(Math.sin(i * 0.05)) * 8 + 1);
const other = Float64Array.from(
  { length: n },
  (_, i) => Math.abs(Math.sin(i * 0.05 + 0.3)) * 10 + 2,
);
const options = { blockLength: 30, resamples: 4000, seed: 1, confidence: 0.9 };

test('its bounds are those of 20,000 circular resamples with NumPy 2.4', () => {
  const { lower, upper } = bootstrapSkill(own, other, options);
  expect(lower).toBeCloseTo(0.238, 2);
  expect(upper).toBeCloseTo(0.318, 2);
});

test('it is the same for the same seed, and no skill has no lower bound above 0', () => {
  expect(bootstrapSkill(own, other, options)).toEqual(bootstrapSkill(own, other, options));
  expect(bootstrapSkill(own, own, options)).toEqual({ lower: 0, upper: 0 });
});

test('blocks longer than the rows and no rows at all are borne', () => {
  const { lower } = bootstrapSkill(own, other, { ...options, blockLength: 10_000 });
  expect(lower).toBeCloseTo(0.2788, 4);
  expect(bootstrapSkill(new Float64Array(0), new Float64Array(0), options).lower).toBeNaN();
});
