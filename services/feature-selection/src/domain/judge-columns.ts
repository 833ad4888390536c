import type { Column } from './column.ts';
import { type Gain, summariseGain } from './gain.ts';
import { gainsOf, type HeldOutModel } from './held-out-model.ts';

/** A column with what it takes off the held-out error alone. */
export interface JudgedColumn {
  readonly column: Column;
  readonly alone: Gain;
}

/** `model` knows no column yet. O(columns · blocks · pairs). */
export function judgeColumns(
  columns: readonly Column[],
  model: HeldOutModel,
): readonly JudgedColumn[] {
  return columns.map((column) => ({
    column,
    alone: summariseGain(gainsOf(model, column.classes)),
  }));
}
