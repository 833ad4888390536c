import type { Logger } from '../observability/logger.ts';
import type { LogContext } from './create-log.ts';

const firstPauseMs = 100;
const longestPauseMs = 30_000;

export interface UntilDoneOptions {
  readonly pause: LogContext['pause'];
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** What the log line says when it fails. */
  readonly failure: string;
  onFailure?(): void;
}

/** Tries `work` at least once and until it resolves, with a growing pause; undefined when the signal ended it. */
export async function untilDone<T>(
  options: UntilDoneOptions,
  work: () => Promise<T>,
): Promise<T | undefined> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      options.logger.error({ err: error }, options.failure);
      options.onFailure?.();
    }
    if (options.signal.aborted || !(await paused(options, pauseMs))) return undefined;
  }
}

/** False when the signal ended the pause. */
async function paused({ pause, signal }: UntilDoneOptions, delayMs: number): Promise<boolean> {
  try {
    await pause(delayMs, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return !signal.aborted;
}
