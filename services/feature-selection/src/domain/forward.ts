import {
  type Errors,
  errorsOf,
  errorsOfMedian,
  type HeldOut,
  meanOf,
  type ScaledColumn,
} from './held-out.ts';
import { gainOf, isSignificant } from './informative.ts';

export interface ForwardStep {
  /** Index into the given columns. */
  readonly column: number;
  /** Share of the error without it that it takes off. */
  readonly gain: number;
  /** Mean held-out error with it and those before it. */
  readonly error: number;
}

/**
 * Greedy forward selection on held-out blocks: each step adds the column that lowers the error most, as
 * long as it does so beyond chance. Best of the measured procedures after pruning; see docs/decisions.
 */
export function selectForward(
  columns: readonly ScaledColumn[],
  heldOut: HeldOut,
  most: number,
  seed: number,
): readonly ForwardStep[] {
  const steps: ForwardStep[] = [];
  let errors: Errors = errorsOfMedian(heldOut);
  while (steps.length < Math.min(most, columns.length)) {
    const taken = steps.map(({ column }) => column);
    const best = bestAddition(columns, taken, heldOut);
    if (best === undefined || !isSignificant(best.errors, errors, seed)) break;
    steps.push({
      column: best.column,
      gain: gainOf(best.errors, errors),
      error: meanOf(best.errors),
    });
    errors = best.errors;
  }
  return steps;
}

function bestAddition(
  columns: readonly ScaledColumn[],
  taken: readonly number[],
  heldOut: HeldOut,
): { column: number; errors: Errors } | undefined {
  let best: { column: number; errors: Errors } | undefined;
  columns.forEach((_, column) => {
    if (taken.includes(column)) return;
    const chosen = [...taken, column].flatMap((index) => columns[index] ?? []);
    const errors = errorsOf(chosen, heldOut);
    if (best === undefined || meanOf(errors) < meanOf(best.errors)) best = { column, errors };
  });
  return best;
}
