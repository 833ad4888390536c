/** Tells those who wait that something has been appended. */
export interface Arrivals {
  announce(): void;
  /** Resolves at the next announcement, or when aborted. */
  next(signal: AbortSignal): Promise<void>;
}

export function createArrivals(): Arrivals {
  let waiting = new Set<() => void>();
  return {
    announce() {
      const woken = waiting;
      waiting = new Set();
      for (const wake of woken) wake();
    },
    next(signal) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake);
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    },
  };
}
