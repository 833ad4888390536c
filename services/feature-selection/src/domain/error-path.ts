import type { Column } from './column.ts';
import { summariseGain } from './gain.ts';
import { heldOutError } from './held-out-error.ts';
import { addColumn, gainsOf, type HeldOutModel } from './held-out-model.ts';
import type { KpiScale } from './kpi-scale.ts';

/** What each column in turn takes off the held-out error, and what error is left. */
export interface PathStep {
  readonly gain: number;
  /** As NMAE, with this column and those before it. */
  readonly error: number;
}

export function errorPath(
  columns: readonly Column[],
  model: HeldOutModel,
  scale: KpiScale,
  target: Float64Array,
): readonly PathStep[] {
  let known = model;
  return columns.map(({ classes }) => {
    const gain = summariseGain(gainsOf(known, classes)).mean;
    known = addColumn(known, classes);
    return { gain, error: heldOutError(known, scale, target) };
  });
}

/** An error that is greater by this share is as good. */
const kneeRatio = 1.01;

/** The fewest columns whose error is as good as the least. */
export function kneeOf(path: readonly PathStep[]): number {
  const least = Math.min(...path.map(({ error }) => error));
  return path.findIndex(({ error }) => error <= kneeRatio * least) + 1;
}
