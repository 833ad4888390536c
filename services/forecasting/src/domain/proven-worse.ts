import type { OutOfFold } from './rolling-origin.ts';
import { skillOfErrors } from './skill-of-errors.ts';

/** One of twenty models that are as good is taken for worse. */
const bootstrap = { resamples: 400, seed: 1 };

/** Whether the block bootstrap proves a model's absolute errors at the compared targets larger than another's; all on the KPI's scale. */
export function isProvenWorse(
  model: OutOfFold,
  other: OutOfFold,
  compared: Float64Array,
  stepMs: number,
): boolean {
  const errorsOf = ({ estimates }: OutOfFold) =>
    estimates.middle.map((middle, i) => Math.abs(middle - (compared[i] ?? Number.NaN)));
  return skillOfErrors(errorsOf(model), errorsOf(other), { ...bootstrap, stepMs }).upper < 0;
}
