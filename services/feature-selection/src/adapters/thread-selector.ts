import type { SelectionReport } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import { Piscina } from 'piscina';
import type { SelectionInput } from '../domain/candidate.ts';
import type { Selector } from '../ports.ts';

export interface ThreadSelectorOptions {
  readonly threads: number;
  readonly maxQueued: number;
  readonly timeoutMs: number;
}

/** Selection in worker threads, so that the server goes on answering. Aborting ends the thread. */
export function createThreadSelector(options: ThreadSelectorOptions): Selector {
  const pool = new Piscina<SelectionInput, SelectionReport>({
    filename: new URL('./select-worker.ts', import.meta.url).href,
    name: 'runSelection',
    minThreads: 0,
    maxThreads: options.threads,
    idleTimeout: 10_000,
  });
  return {
    async select(input, signal) {
      if (pool.queueSize >= options.maxQueued) throw full(pool.queueSize);
      const limit = AbortSignal.timeout(options.timeoutMs);
      try {
        return await pool.run(input, { signal: AbortSignal.any([signal, limit]) });
      } catch (error) {
        if (!limit.aborted) throw error;
        throw new AppError(
          `the selection took longer than ${options.timeoutMs / 1000} s; send fewer candidates or rows`,
          { status: 503, code: 'selection-timeout', cause: error },
        );
      }
    },
    close: () => pool.destroy(),
  };
}

function full(queued: number): AppError {
  return new AppError(`${queued} selections wait already; try again later`, {
    status: 503,
    code: 'selections-full',
    retriable: true,
  });
}
