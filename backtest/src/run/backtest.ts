import type { Rows } from '../read/lay-rows.ts';
import { refuse } from '../refuse.ts';
import { foldsOf } from './folds.ts';
import type { Job } from './job.ts';
import { type FoldRun, runFold } from './run-fold.ts';

/** Runs every fold of the job. AppError when the rows or the horizon do not do. */
export function backtest(rows: Rows, job: Job, tell: (what: string) => void): readonly FoldRun[] {
  const runs = foldsOf(rows, job).map((fold) => runFold(rows, fold, job, tell));
  if (runs.every(({ outcomes }) => outcomes.length === 0)) {
    const fault = `none of the rows after the first ${runs[0]?.fold.end} can be judged`;
    const remedy =
      'give a longer recording, or test on a greater share of it with a smaller --split';
    throw refuse('--x, --y', fault, remedy);
  }
  return runs;
}
