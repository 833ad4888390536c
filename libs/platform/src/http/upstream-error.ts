import type { Readable } from 'node:stream';
import axios from 'axios';
import { AppError } from '../app-error.ts';
import type { HttpRequest } from './http-client.ts';

/** As much of an upstream's own words as goes into an error. */
const longestWords = 500;
const longestErrorBytes = 64 * 2 ** 10;

/** An answer that is not 2xx: `upstream-<status>`, told in the upstream's own words. */
export async function upstreamError(
  status: number,
  data: Readable | Buffer,
  request: HttpRequest,
  baseUrl: string | undefined,
): Promise<AppError> {
  const words = wordsOf(await textOf(data));
  const where = placeOf(request, baseUrl);
  return new AppError(`${where} answered ${status}${words === '' ? '' : `: ${words}`}`, {
    status: 502,
    code: `upstream-${status}`,
    retriable: status >= 500 || status === 408 || status === 425 || status === 429,
  });
}

/** No answer, or not all of it. */
export function networkError(
  cause: unknown,
  request: HttpRequest,
  baseUrl: string | undefined,
): unknown {
  if (cause instanceof AppError) return cause;
  if (request.signal?.aborted) return request.signal.reason;
  // A lookup that refused an address says so; axios wraps what it throws.
  if (axios.isAxiosError(cause) && cause.cause instanceof AppError) return cause.cause;
  const where = placeOf(request, baseUrl);
  const code = axios.isAxiosError(cause) ? cause.code : undefined;
  const why = cause instanceof Error ? cause.message || (code ?? cause.name) : String(cause);
  if (/maxContentLength/.test(why)) {
    return new AppError(`${where} answered more than this client takes: ${why}`, {
      status: 502,
      code: 'upstream-too-large',
      cause,
    });
  }
  return new AppError(`${where} cannot be reached: ${why}`, {
    status: 503,
    code: 'upstream-unreachable',
    retriable: true,
    cause,
  });
}

/** Method and URL without query and credentials: both may hold what a log must not. */
export function placeOf(request: HttpRequest, baseUrl: string | undefined): string {
  const url = URL.parse(request.url, baseUrl) ?? undefined;
  return `${request.method} ${url === undefined ? request.url : `${url.origin}${url.pathname}`}`;
}

async function textOf(data: Readable | Buffer): Promise<string> {
  if (Buffer.isBuffer(data)) return data.subarray(0, longestErrorBytes).toString();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of data as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= longestErrorBytes) break;
  }
  return Buffer.concat(chunks).toString();
}

/** Problem+json says it in `detail`, Prometheus in `error`; else the text as it is. */
function wordsOf(text: string): string {
  const words = fieldOf(text) ?? text;
  return words.replaceAll(/\s+/g, ' ').trim().slice(0, longestWords);
}

function fieldOf(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const { detail, error, message } = JSON.parse(text);
    return [detail, error, message].find((field) => typeof field === 'string');
  } catch {
    return undefined;
  }
}
