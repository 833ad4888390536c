/** Time as a port: epoch milliseconds. Real time by `systemClock`; stepped by whoever drives a replay. */
export interface Clock {
  now(): number;
  /** Resolves when `now() >= at`; rejects with the signal's reason when aborted first. */
  waitUntil(at: number, signal?: AbortSignal): Promise<void>;
}
