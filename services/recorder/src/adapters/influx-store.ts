import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpError, InfluxDB, type Transport } from '@influxdata/influxdb-client';
import { AppError } from '@slicecast/platform';
import type { PointStore } from '../ports.ts';
import { createV1Buckets, createV2Buckets } from './influx-buckets.ts';
import { outcomeOf } from './influx-outcome.ts';

export interface InfluxOptions {
  readonly url: string;
  /** 1.8: `user:password`, or none. */
  readonly token?: string | undefined;
  readonly org: string;
  readonly version: 1 | 2;
  readonly timeoutMs: number;
  readonly retentionHours: number;
}

/**
 * InfluxDB 1.8 or 2 through its client's transport. One write is one request, which neither waits in a buffer of the client
 * nor is repeated by it.
 */
export function createInfluxStore(options: InfluxOptions): PointStore {
  const agent = options.url.startsWith('https:')
    ? new HttpsAgent({ keepAlive: true })
    : new HttpAgent({ keepAlive: true });
  const influx = new InfluxDB({
    url: options.url,
    timeout: options.timeoutMs,
    transportOptions: { agent },
    ...(options.token === undefined ? {} : { token: options.token }),
  });
  const buckets = (options.version === 1 ? createV1Buckets : createV2Buckets)(influx, options);
  const ensured = new Map<string, Promise<void>>();

  return {
    async write(bucket, lines) {
      const name = buckets.nameOf(bucket);
      const about = new URLSearchParams({ org: options.org, bucket: name, precision: 'ms' });
      try {
        await post(influx.transport, `/api/v2/write?${about}`, lines);
        return { status: 'written' };
      } catch (error) {
        const outcome = outcomeOf(error);
        // The bucket may be gone: then it is made again.
        if (outcome.status === 'unavailable') ensured.delete(bucket);
        return outcome;
      }
    },

    async ensureBucket(bucket) {
      const making = ensured.get(bucket) ?? buckets.ensure(bucket);
      ensured.set(bucket, making);
      try {
        await making;
      } catch (error) {
        ensured.delete(bucket);
        throw unavailable(`the bucket ${bucket} cannot be made`, error);
      }
    },

    async trouble() {
      try {
        await influx.transport.request('/ping', '', { method: 'GET' });
        return undefined;
      } catch (error) {
        return outcomeOf(error).detail;
      }
    },

    close: () => agent.destroy(),
  };
}

const sendOptions = { method: 'POST', headers: { 'content-type': 'text/plain; charset=utf-8' } };

/** Rejects with the client's errors, and with one for an answer that does not say that the lines are in. */
function post(transport: Transport, path: string, lines: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let status: number | undefined;
  // It makes a Buffer of what it is given, of text and of bytes alike, though its type names text alone.
  transport.send(path, lines as unknown as string, sendOptions, {
    responseStarted: (_headers, code) => {
      status = code;
    },
    error: reject,
    complete() {
      if (status === 204 || status === 201) resolve();
      else reject(new HttpError(status ?? 0, 'the answer to a write is 204', undefined, '0'));
    },
  });
  return promise;
}

function unavailable(what: string, cause: unknown): AppError {
  const detail = cause instanceof AppError ? cause.message : outcomeOf(cause).detail;
  return new AppError(`${what}: ${detail}`, {
    status: 503,
    code: 'influx-unavailable',
    retriable: true,
    cause,
  });
}
