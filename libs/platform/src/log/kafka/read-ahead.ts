/** Handlers at work while the client fetches on: one of each partition, and no more than so many. */
export interface ReadAhead {
  /** Resolves when the work has begun, for which there must be a place; the work never rejects. */
  begin(partition: number, work: () => Promise<void>): Promise<void>;
  /** Resolves when none is at work. */
  ended(): Promise<void>;
}

export function createReadAhead(most: number): ReadAhead {
  const working = new Map<number, Promise<void>>();
  return {
    async begin(partition, work) {
      // After a rebalance a partition may come again while its last batch is handled.
      while (working.size >= most || working.has(partition)) {
        await (working.get(partition) ?? Promise.race(working.values()));
      }
      working.set(
        partition,
        work().finally(() => working.delete(partition)),
      );
    },
    async ended() {
      while (working.size > 0) await Promise.all(working.values());
    },
  };
}
