import { setTimeout as wait } from 'node:timers/promises';

/** When the cycles of a load begin. */
export interface CycleClock {
  /** Epoch ms of the first boundary that is not before `now`. */
  boundaryAfter(now: number): number;
}

/** @param startAt epoch ms at which the first begins */
export function cycleClock(startAt: number, cycleSeconds: number): CycleClock {
  const cycleMs = cycleSeconds * 1000;
  return {
    boundaryAfter: (now) => startAt + Math.max(0, Math.ceil((now - startAt) / cycleMs)) * cycleMs,
  };
}

/** Resolves at epoch ms `at`. */
export async function until(at: number): Promise<void> {
  await wait(Math.max(0, at - Date.now()));
}
