import { retry } from '../loops/retry.ts';
import type { Logger } from '../observability/logger.ts';
import type { Subscription } from './log.ts';

/** A consumer that joins its group as soon as the log lets it. */
export interface Joining {
  /** Why it has not joined; null once it has. */
  waitingFor(): string | null;
  /** Ends the trying, or leaves the group. */
  close(): Promise<void>;
}

/** Resolves after the first try, so that a service starts without its log; then it goes on trying. */
export async function joinWhenReady(
  subscribe: () => Promise<Subscription>,
  logger: Logger,
): Promise<Joining> {
  const aborting = new AbortController();
  let reason: string | null = 'the consumer has not joined its group yet';
  let tried: () => void = () => undefined;
  const firstTry = new Promise<void>((resolve) => {
    tried = resolve;
  });
  const joined = retry(subscribe, {
    attempts: Number.POSITIVE_INFINITY,
    baseDelayMs: 500,
    maxDelayMs: 10_000,
    signal: aborting.signal,
    onRetry: (error) => {
      reason = error instanceof Error ? error.message : String(error);
      tried();
    },
  }).then(
    (subscription) => {
      reason = null;
      return subscription;
    },
    (error: unknown) => {
      if (!aborting.signal.aborted) logger.error({ err: error }, 'the consumer could not join');
      return null;
    },
  );
  await Promise.race([joined, firstTry]);
  return {
    waitingFor: () => reason,
    async close() {
      aborting.abort(new Error('the service stops'));
      await (await joined)?.close();
    },
  };
}
