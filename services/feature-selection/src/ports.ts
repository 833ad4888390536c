import type { SelectionOutcome, SelectionTask } from './domain/selection-task.ts';

/** Selects outside of this thread. */
export interface Selector {
  /**
   * Takes the task's arrays over: they are empty afterwards. Rejects with an AppError 503
   * `selection-timeout` when it takes too long, and when the signal aborts.
   */
  select(task: SelectionTask, signal: AbortSignal): Promise<SelectionOutcome>;
  close(): Promise<void>;
}
