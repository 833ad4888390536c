import { expect, test } from 'vitest';
import { bootstrapRatio, bootstrapSkill } from '../src/block-bootstrap.ts';

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

test('the bounds of a mean ratio over several parts hold it, and narrow with more of them', () => {
  const parts = (count: number) =>
    Array.from({ length: count }, (_, k) => ({
      a: own.map((value, i) => value * (1 + 0.3 * Math.sin(i * (0.01 + 0.003 * k)))),
      b: other,
    }));
  const width = (count: number) => {
    const ratios = parts(count).map(({ a, b }) => total(a) / total(b));
    const { lower, upper } = bootstrapRatio(parts(count), options);
    const mean = total(ratios) / count;
    expect(lower).toBeLessThan(mean);
    expect(upper).toBeGreaterThan(mean);
    return upper - lower;
  };
  // Independent parts: the width goes with 1 / √parts.
  expect(width(4) / width(1)).toBeGreaterThan(0.4);
  expect(width(4) / width(1)).toBeLessThan(0.6);
});

test('a part without rows leaves nothing to say', () => {
  const none = { a: new Float64Array(), b: new Float64Array() };
  expect(bootstrapRatio([{ a: own, b: other }, none], options).lower).toBeNaN();
  expect(bootstrapRatio([], options).upper).toBeNaN();
});

function total(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}
