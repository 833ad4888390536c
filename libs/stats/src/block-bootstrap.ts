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

export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** Two figures of the same rows, in time order. */
export interface PairedFigures {
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/** Bounds of 1 − Σa/Σb over paired rows: the skill of errors `a` against a baseline's errors `b`. */
export function bootstrapSkill(
  a: Float64Array,
  b: Float64Array,
  options: BootstrapOptions,
): { lower: number; upper: number } {
  const { lower, upper } = bootstrapRatio([{ a, b }], options);
  return { lower: 1 - upper, upper: 1 - lower };
}

/**
 * Bounds of the mean over the parts of Σa/Σb, by the circular block bootstrap (Politis and Romano, 1992)
 * inside each part: no block reaches from one into another. A resample whose Σb is 0 has ratio 1. NaN
 * where a part is empty. O(n) for block sums, then O(resamples · n / blockLength).
 */
export function bootstrapRatio(parts: readonly PairedFigures[], options: BootstrapOptions): Bounds {
  if (parts.length === 0 || parts.some(({ a }) => a.length === 0)) {
    return { lower: Number.NaN, upper: Number.NaN };
  }
  const random = seededRandom(options.seed);
  const ratios = new Float64Array(options.resamples);
  for (const { a, b } of parts) {
    const length = Math.min(a.length, Math.max(1, Math.round(options.blockLength)));
    const blocks = { a: circularSums(a, length), b: circularSums(b, length) };
    const count = Math.ceil(a.length / length);
    for (let r = 0; r < ratios.length; r += 1) {
      ratios[r] = (ratios[r] as number) + drawRatio(blocks, count, random) / parts.length;
    }
  }
  ratios.sort();
  const tail = (1 - options.confidence) / 2;
  return { lower: sortedQuantile(ratios, tail), upper: sortedQuantile(ratios, 1 - tail) };
}

function drawRatio({ a, b }: PairedFigures, count: number, random: () => number): number {
  let sumA = 0;
  let sumB = 0;
  for (let k = 0; k < count; k += 1) {
    const start = Math.floor(random() * a.length);
    sumA += a[start] as number;
    sumB += b[start] as number;
  }
  return sumB === 0 ? 1 : sumA / sumB;
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
