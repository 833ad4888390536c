import { AppError } from '@slicecast/platform';
import { Piscina } from 'piscina';
import type { SelectionOutcome, SelectionTask } from '../domain/selection-task.ts';
import type { Selector } from '../ports.ts';
import type { selectInWorker } from './select-in-worker.ts';

export interface ThreadSelectorOptions {
  readonly threads: number;
  /** From when it is asked for, a wait for a thread included. */
  readonly timeoutMs: number;
}

/** Selection in worker threads, so that the server goes on answering. Aborting ends the thread at once. */
export function createThreadSelector({ threads, timeoutMs }: ThreadSelectorOptions): Selector {
  const pool = new Piscina<SelectionTask, SelectionOutcome>({
    filename: new URL('./select-in-worker.ts', import.meta.url).href,
    name: 'selectInWorker' satisfies typeof selectInWorker.name,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 10_000,
  });
  return {
    async select(task, signal) {
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        return await pool.run(task, {
          transferList: buffersOf(task),
          signal: AbortSignal.any([signal, timeout]),
        });
      } catch (error) {
        throw timeout.aborted && !signal.aborted ? tookTooLong(timeoutMs, error) : error;
      }
    },
    close: () => pool.destroy(),
  };
}

/** Moved to the worker, not copied: they are most of what a selection needs of memory. */
function buffersOf({ clock, kpi, candidates }: SelectionTask): ArrayBuffer[] {
  const arrays = [clock, kpi, ...candidates.map(({ values }) => values)];
  // Each came out of the decoder as a plain array of its own, never shared.
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}

function tookTooLong(timeoutMs: number, cause: unknown): AppError {
  const message = `The selection took longer than ${timeoutMs / 1000} s; send fewer candidates or rows.`;
  return new AppError(message, { status: 503, code: 'selection-timeout', cause });
}
