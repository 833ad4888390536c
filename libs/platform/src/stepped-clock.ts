import type { Clock } from './clock.ts';

/** A clock that stands still until it is told to move: replays and tests drive it. */
export interface SteppedClock extends Clock {
  /** Moves to `ms` and wakes all who wait for it or an earlier instant, the earliest first. Never goes back. */
  advanceTo(ms: number): void;
}

interface Waiter {
  readonly at: number;
  readonly wake: () => void;
}

export function createSteppedClock(startMs: number): SteppedClock {
  let now = startMs;
  const waiters = new Set<Waiter>();

  function waitUntil(at: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (now >= at) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { at, wake };
      waiters.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
      function wake() {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }
      function onAbort() {
        waiters.delete(waiter);
        reject(signal?.reason);
      }
    });
  }

  function advanceTo(ms: number): void {
    if (ms < now) throw new RangeError(`the clock stands at ${now} and does not go back to ${ms}`);
    now = ms;
    const due = [...waiters].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    for (const waiter of due) {
      waiters.delete(waiter);
      waiter.wake();
    }
  }

  return { now: () => now, waitUntil, advanceTo };
}
