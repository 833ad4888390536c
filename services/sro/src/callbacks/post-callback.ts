import type { Readable } from 'node:stream';
import { AppError, createHttpClient, type Resolve } from '@slicecast/platform';

export interface PostCallbackOptions {
  readonly allowPrivateAddresses: boolean;
  /** Default: the system's. */
  readonly resolve?: Resolve;
  /** From the lookup of the name to the last byte of the answer that is read. */
  readonly timeoutMs: number;
}

/** Taken by the tenant with a 2xx; else why not, without a word of the answer. */
export type Posted = { readonly taken: true } | { readonly taken: false; readonly why: string };

/** Rejects with the signal's reason when it is aborted. */
export type PostCallback = (
  callback: { readonly id: string; readonly url: string; readonly body: object },
  signal: AbortSignal,
) => Promise<Posted>;

/** As much of an answer as is read before the connection is cut. */
const mostAnswerBytes = 65_536;
const longestWhy = 500;

/**
 * One attempt to call a tenant back. The name is resolved once, and the connection goes to the address
 * that was checked; redirects are not followed. What the other side answers beside its status is not
 * kept: where private addresses are allowed, a callback must not be a way to read what answers there.
 */
export function createPostCallback(options: PostCallbackOptions): PostCallback {
  const { allowPrivateAddresses, resolve, timeoutMs } = options;
  const http = createHttpClient({
    timeoutMs,
    maxRedirects: 0,
    publicOnly: !allowPrivateAddresses,
    ...(resolve === undefined ? {} : { resolve }),
  });
  return async ({ id, url, body }, stopping) => {
    // The client's time-out starts anew with every byte; this one does not.
    const late = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([stopping, late]);
    const headers = { 'idempotency-key': id };
    try {
      const answer = await http.request<Readable>({
        method: 'POST',
        url,
        json: body,
        headers,
        responseType: 'stream',
        signal,
      });
      await discard(answer.body);
      return { taken: true };
    } catch (error) {
      stopping.throwIfAborted();
      const why = late.aborted ? `no answer within ${timeoutMs / 1000} s` : whyNot(error);
      return { taken: false, why: why.slice(0, longestWhy) };
    }
  };
}

/** Reads a small answer, so that the other side can finish it; cuts a long or broken one: its status counts. */
function discard(answer: Readable): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostAnswerBytes) answer.destroy();
    });
    // The stream closes after an error too, and the callback is delivered all the same.
    answer.on('error', () => resolve());
    answer.on('close', () => resolve());
  });
}

function whyNot(error: unknown): string {
  if (!(error instanceof AppError)) return error instanceof Error ? error.message : String(error);
  const status = /^upstream-(\d{3})$/.exec(error.code)?.[1];
  if (status === undefined) return error.message;
  const redirect = status.startsWith('3') ? ', a redirect, which callbacks do not follow' : '';
  return `answered ${status}${redirect}`;
}
