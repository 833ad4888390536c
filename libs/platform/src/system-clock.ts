import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/** Node's timers fire at once for longer delays than this. */
const longestDelayMs = 2 ** 31 - 1;

/** Real time. Waits in steps, so that a machine that slept or a clock that was set still wakes it in time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async waitUntil(at, signal) {
    signal?.throwIfAborted();
    for (let left = at - Date.now(); left > 0; left = at - Date.now()) {
      await pause(Math.min(left, longestDelayMs), signal);
    }
  },
};

/** Resolves after `delayMs` of real time; rejects with the signal's reason when aborted first. */
export async function pause(delayMs: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(delayMs, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
