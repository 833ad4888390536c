import { pause } from '../system-clock.ts';

export interface RetryOptions {
  /** Tries in all, the first among them. */
  readonly attempts: number;
  /** The first pause is at most this long; each next one at most twice as long. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Default: every error. */
  shouldRetry?(error: unknown): boolean;
  onRetry?(error: unknown, attempt: number, delayMs: number): void;
}

/** Runs `work` until it resolves; pauses in between with full jitter. Rejects with the last error. */
export async function retry<T>(
  work: (attempt: number, signal?: AbortSignal) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    try {
      return await work(attempt, options.signal);
    } catch (error) {
      const last = attempt >= options.attempts || options.signal?.aborted === true;
      if (last || options.shouldRetry?.(error) === false) throw error;
      const delayMs = fullJitterMs(attempt, options);
      options.onRetry?.(error, attempt, delayMs);
      await pause(delayMs, options.signal);
    }
  }
}

/**
 * A random pause between 0 and the exponential bound, so that many who failed together do not come
 * back together (AWS Architecture Blog, "Exponential Backoff and Jitter").
 */
export function fullJitterMs(
  attempt: number,
  bounds: Pick<RetryOptions, 'baseDelayMs' | 'maxDelayMs'>,
): number {
  const bound = Math.min(bounds.maxDelayMs, bounds.baseDelayMs * 2 ** Math.min(attempt - 1, 52));
  return Math.random() * bound;
}
