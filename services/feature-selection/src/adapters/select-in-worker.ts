import { selectFeatures } from '../domain/select-features.ts';
import type { SelectionOutcome, SelectionTask } from '../domain/selection-task.ts';

/** What a worker thread of `thread-selector.ts` runs. */
export function selectInWorker(task: SelectionTask): SelectionOutcome {
  return selectFeatures(task);
}
