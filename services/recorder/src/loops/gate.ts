import { AppError, pause } from '@slicecast/platform';

/** Keeps everybody from a server that asked to be left alone for a while. */
export interface Gate {
  /** Resolves when the server may be asked; rejects with AppError 503 when that takes longer than a handler may wait. */
  pass(signal: AbortSignal): Promise<void>;
  closeFor(delayMs: number): void;
}

/** A handler that waits longer would seem dead to its consumer group. */
const longestWaitMs = 5_000;
/** A server that asks for more is asked again by then. */
const longestClosedMs = 300_000;

export function createGate(): Gate {
  let openAt = 0;
  return {
    async pass(signal) {
      const leftMs = openAt - performance.now();
      if (leftMs <= 0) return;
      await pause(Math.min(leftMs, longestWaitMs), signal);
      if (leftMs <= longestWaitMs) return;
      const seconds = Math.ceil((leftMs - longestWaitMs) / 1000);
      throw new AppError(`InfluxDB asked to be left alone for another ${seconds} s`, {
        status: 503,
        code: 'influx-overloaded',
        retriable: true,
      });
    },
    closeFor(delayMs) {
      openAt = Math.max(openAt, performance.now() + Math.min(delayMs, longestClosedMs));
    },
  };
}
