import { AppError, retry } from '@slicecast/platform';
import type { Answer } from '../../ports.ts';

/** Puts a question to a source until it is answered, within bounds. */
export type Ask = <Data>(question: (signal: AbortSignal) => Promise<Answer<Data>>) => Promise<Data>;

export interface AskingOptions {
  /** Name of the source, for whoever follows the job. */
  readonly source: string;
  readonly signal: AbortSignal;
  readonly attempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** What is awaited now, in words; null when it has come. */
  readonly tell: (detail: string | null) => void;
  readonly warn: (warning: string) => void;
}

/** Retries what may pass (5xx, 429, network, time-outs) with growing, jittered pauses, and says so. */
export function createAsking(options: AskingOptions): Ask {
  const { signal, attempts, baseDelayMs, maxDelayMs } = options;
  return async (question) => {
    let troubled = false;
    const answer = await retry(() => question(signal), {
      attempts,
      baseDelayMs,
      maxDelayMs,
      signal,
      shouldRetry: (error) => error instanceof AppError && error.retriable,
      onRetry(error, attempt, delayMs) {
        troubled = true;
        options.tell(describe(options.source, error, attempt, delayMs));
      },
    });
    if (troubled) options.tell(null);
    for (const warning of answer.warnings) options.warn(warning);
    return answer.data;
  };
}

function describe(source: string, error: unknown, attempt: number, delayMs: number): string {
  const words = error instanceof Error ? error.message : String(error);
  const seconds = Math.round(delayMs / 100) / 10;
  return `source ${source}: ${words}; attempt ${attempt} failed, next in ${seconds} s`;
}
