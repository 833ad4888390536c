import type { Logger } from '../observability/logger.ts';
import type { LogContext } from './create-log.ts';

const firstPauseMs = 100;
const longestPauseMs = 30_000;

/** Tries `work` until it resolves, with a growing pause; false when `signal` ended it first. */
export async function untilDone(
  context: Pick<LogContext, 'pause'>,
  signal: AbortSignal,
  failure: string,
  logger: Logger,
  work: () => Promise<void>,
  onFailure?: () => void,
): Promise<boolean> {
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs *= 2) {
    try {
      await work();
      return true;
    } catch (error) {
      logger.error({ err: error }, failure);
      onFailure?.();
    }
    await pauseUnlessAborted(context, Math.min(pauseMs, longestPauseMs), signal);
  }
  return false;
}

async function pauseUnlessAborted(
  context: Pick<LogContext, 'pause'>,
  delayMs: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    await context.pause(delayMs, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
