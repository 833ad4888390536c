import type { FoldRun, Outcome } from '../run/run-fold.ts';
import type { Medians } from '../score/score-model.ts';

/** One figure of each outcome, beside what came. */
export function mediansOf({ outcomes }: FoldRun, of: (outcome: Outcome) => number): Medians {
  return {
    medians: Float64Array.from(outcomes, of),
    actuals: Float64Array.from(outcomes, ({ actual }) => actual),
  };
}
