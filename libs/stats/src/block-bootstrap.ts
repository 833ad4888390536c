import { seededRandom } from './seeded-random.ts';
import { sortedQuantile } from './sorted-quantile.ts';

export interface BootstrapOptions {
  /** Rows that stay together, so that their correlation in time is kept. */
  readonly blockLength: number;
  readonly resamples: number;
  readonly seed: number;
  /** Share of the resamples inside the bounds. */
  readonly confidence: number;
}

/**
 * Bounds of 1 − Σa/Σb over paired rows by the circular block bootstrap (Politis and Romano, 1992).
 * For the skill of errors `a` against a baseline's errors `b`. O(n) for block sums, then
 * O(resamples · n / blockLength).
 */
export function bootstrapSkill(
  a: Float64Array,
  b: Float64Array,
  options: BootstrapOptions,
): { lower: number; upper: number } {
  const n = a.length;
  if (n === 0) return { lower: Number.NaN, upper: Number.NaN };
  const length = Math.min(n, Math.max(1, Math.round(options.blockLength)));
  const blocksA = circularSums(a, length);
  const blocksB = circularSums(b, length);
  const random = seededRandom(options.seed);
  const count = Math.ceil(n / length);
  const skills = new Float64Array(options.resamples);
  for (let r = 0; r < options.resamples; r += 1) {
    let sumA = 0;
    let sumB = 0;
    for (let k = 0; k < count; k += 1) {
      const start = Math.floor(random() * n);
      sumA += blocksA[start] as number;
      sumB += blocksB[start] as number;
    }
    skills[r] = sumB === 0 ? 0 : 1 - sumA / sumB;
  }
  skills.sort();
  const tail = (1 - options.confidence) / 2;
  return { lower: sortedQuantile(skills, tail), upper: sortedQuantile(skills, 1 - tail) };
}

/** Sums of `length` values from each start, going round at the end. */
function circularSums(values: Float64Array, length: number): Float64Array {
  const n = values.length;
  const sums = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < length; i += 1) sum += values[i % n] as number;
  for (let start = 0; start < n; start += 1) {
    sums[start] = sum;
    sum += (values[(start + length) % n] as number) - (values[start] as number);
  }
  return sums;
}
