import { csvCell } from '@slicecast/contracts';
import type { Rows } from '../read/lay-rows.ts';
import type { FoldRun, Outcome } from '../run/run-fold.ts';

const columns = ['origin', 'target', 'forecast', 'lower80', 'upper80', 'lower95', 'upper95'];

/** Lines of the file of predictions, times as they stand in the input; `probability` is of KPI > bound. */
export function* predictionLines(
  rows: Rows,
  runs: readonly FoldRun[],
  withProbability: boolean,
): Generator<string> {
  yield `${[...columns, ...(withProbability ? ['probability'] : [])].join(',')}\n`;
  for (const { outcomes } of runs) {
    for (const outcome of outcomes) {
      const probability = withProbability ? [outcome.probability] : [];
      const times = [outcome.row, outcome.target].map((row) => csvCell(rows.times[row] ?? ''));
      yield `${[...times, ...figuresOf(outcome), ...probability].join(',')}\n`;
    }
  }
}

function figuresOf({ quantiles: { q025, q10, q50, q90, q975 } }: Outcome): readonly number[] {
  return [q50, q10, q90, q025, q975];
}
