import { seededRandom } from '@slicecast/stats';
import type { Candidate, SelectionTask } from '../../src/domain/selection-task.ts';

export function candidateOf(series: string, values: Float64Array): Candidate {
  const labels = { __name__: 'metric', series };
  return { feature: { series, labels, transform: 'raw', windowMs: 0, maxAgeMs: 5000 }, values };
}

export function taskOf(
  given: Pick<SelectionTask, 'clock' | 'kpi' | 'candidates'> & Partial<SelectionTask>,
): SelectionTask {
  return { k: 15, method: 'forward', horizonMs: 30_000, stepMs: 1000, seed: 1, ...given };
}

/** Values row by row. */
export function series(rows: number, value: (row: number) => number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => value(row));
}

/** Standard normal numbers, by Box and Muller. */
export function seededNormal(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
