import type { Readable } from 'node:stream';
import { AppError, createHttpClient, type Resolve } from '@slicecast/platform';
import { discardAnswer } from '../adapters/discard-answer.ts';

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
      await discardAnswer(answer.body);
      return { taken: true };
    } catch (error) {
      stopping.throwIfAborted();
      const why = late.aborted ? `no answer within ${timeoutMs / 1000} s` : whyNot(error);
      return { taken: false, why: why.slice(0, longestWhy) };
    }
  };
}

function whyNot(error: unknown): string {
  if (!(error instanceof AppError)) return error instanceof Error ? error.message : String(error);
  const status = /^upstream-(\d{3})$/.exec(error.code)?.[1];
  if (status === undefined) return error.message;
  const redirect = status.startsWith('3') ? ', a redirect, which callbacks do not follow' : '';
  return `answered ${status}${redirect}`;
}
