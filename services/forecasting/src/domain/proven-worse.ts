import { bootstrapSkill } from '@slicecast/stats';
import type { OutOfFold } from './rolling-origin.ts';

const blockSeconds = 120;
/** One of twenty models that are as good is taken for worse. */
const bootstrap = { resamples: 400, confidence: 0.9, seed: 1 };

/** Whether the block bootstrap proves a model's absolute errors at the compared targets larger than another's; all on the KPI's scale. */
export function isProvenWorse(
  model: OutOfFold,
  other: OutOfFold,
  compared: Float64Array,
  stepMs: number,
): boolean {
  const own = absoluteErrors(model, compared);
  const errors = absoluteErrors(other, compared);
  const blockLength = (blockSeconds * 1000) / stepMs;
  return bootstrapSkill(own, errors, { ...bootstrap, blockLength }).upper < 0;
}

function absoluteErrors({ estimates }: OutOfFold, compared: Float64Array): Float64Array {
  return estimates.middle
    .map((middle, i) => Math.abs(middle - (compared[i] ?? Number.NaN)))
    .filter(Number.isFinite);
}
