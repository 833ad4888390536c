import { topics } from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';

/** What was decided of a slice since the watch began. */
export interface DecisionWatch {
  /** Instants that were decided, each once, in order. */
  ticks(): readonly number[];
  /** Resolves at the first decision about an instant after `afterMs`. */
  decidedAfter(afterMs: number, timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

const tickMs = 1000;

export async function watchDecisions(log: Log, sliceId: number): Promise<DecisionWatch> {
  const ticks = new Set<number>();
  const waiting = new Set<{ afterMs: number; resolve: () => void }>();
  const subscription = await log.subscribe({
    group: 'faults',
    topic: topics.sliceDecisions,
    async onBatch(records) {
      for (const { value } of records) {
        // A change by hand is decided at the instant of its request, which is no tick.
        if (value.sliceId !== sliceId || value.at % tickMs !== 0) continue;
        ticks.add(value.at);
        for (const waiter of waiting) if (value.at > waiter.afterMs) waiter.resolve();
      }
    },
  });
  return {
    ticks: () => [...ticks].sort((a, b) => a - b),
    async decidedAfter(afterMs, timeoutMs) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiter = { afterMs, resolve };
      const late = setTimeout(() => {
        reject(new Error(`nothing was decided within ${timeoutMs / 1000} s`));
      }, timeoutMs);
      waiting.add(waiter);
      try {
        await promise;
      } finally {
        clearTimeout(late);
        waiting.delete(waiter);
      }
    },
    close: () => subscription.close(),
  };
}
