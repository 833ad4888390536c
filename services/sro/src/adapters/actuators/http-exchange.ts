import type { Readable } from 'node:stream';
import { AppError, type HttpClient, type HttpRequest, retry } from '@slicecast/platform';
import { discardAnswer } from '../discard-answer.ts';

/** Between two requests of the same: doubled up to the most, with jitter. */
const RETRY = { baseDelayMs: 500, maxDelayMs: 5_000 };

/** An answer 2xx; the rest of what it says is not kept. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends a request, made anew each time, until it is answered: what cannot be reached, answers 5xx or not
 * in time is asked again until the signal aborts.
 *
 * @throws AppError for a refusal, with the answer's own words, and `actuator-aborted` with the last fault
 */
export async function untilAnswered(
  client: HttpClient,
  makeRequest: () => HttpRequest,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Answer> {
  let last = 'it was not asked yet';
  try {
    return await retry(() => once(client, makeRequest(), timeoutMs, signal), {
      ...RETRY,
      attempts: Number.POSITIVE_INFINITY,
      signal,
      shouldRetry: (error) => error instanceof AppError && error.retriable,
      onRetry: (error) => {
        last = error instanceof Error ? error.message : String(error);
      },
    });
  } catch (error) {
    if (signal.aborted) throw abortedAfter(last, error);
    throw withRemedy(error);
  }
}

export function abortedAfter(last: string, cause: unknown): AppError {
  const message = `ended before the orchestrator was done; the last that is known: ${last}`;
  return new AppError(message, { status: 504, code: 'actuator-aborted', retriable: true, cause });
}

async function once(
  client: HttpClient,
  request: HttpRequest,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Answer> {
  // The client's own time-out starts anew with every byte; this one does not.
  const late = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, late]);
  try {
    const answer = await client.request<Readable>({
      ...request,
      responseType: 'stream',
      signal: either,
    });
    await discardAnswer(answer.body);
    return { status: answer.status, headers: answer.headers };
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error;
    const { origin, pathname } = new URL(request.url);
    const message = `${request.method} ${origin}${pathname} was not answered within ${timeoutMs} ms`;
    throw new AppError(message, { status: 504, code: 'actuator-timeout', retriable: true });
  }
}

/** A refusal with what to do about it, where its status tells. */
function withRemedy(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  const status = /^upstream-(\d{3})$/.exec(error.code)?.[1] ?? '';
  const remedy = status.startsWith('3')
    ? 'redirects are not followed: set url to where it leads'
    : remedies[status];
  if (remedy === undefined) return error;
  const { code, status: own, retriable } = error;
  return new AppError(`${error.message}; ${remedy}`, {
    status: own,
    code,
    retriable,
    cause: error,
  });
}

const signature = 'see that both sides have the same secret, and their clocks the same time';
const remedies: Readonly<Record<string, string>> = {
  401: signature,
  403: signature,
  404: 'see that url leads to the orchestrator',
  405: 'see that method is the one it takes',
};
