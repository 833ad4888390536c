import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { InfluxDB, type WriteOptions } from '@influxdata/influxdb-client';
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
 * InfluxDB 1.8 or 2 through its client. One write is one request: the client's own buffer holds one record,
 * the whole batch as text, so that it neither splits it nor flushes by itself; its retries are off.
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
      const api = influx.getWriteApi(options.org, name, 'ms', writeOptions);
      api.writeRecord(lines.join('\n'));
      try {
        await api.flush();
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

const writeOptions: Partial<WriteOptions> = {
  // One record fills the buffer only at 2, and a full buffer is flushed with its error swallowed.
  batchSize: 2,
  maxBatchBytes: Number.MAX_SAFE_INTEGER,
  flushInterval: 0,
  maxRetries: 0,
  gzipThreshold: Number.MAX_SAFE_INTEGER,
  // Who fails is told by the rejection; without this the client writes to the console as well.
  writeFailed: (error) => Promise.reject(error),
};

function unavailable(what: string, cause: unknown): AppError {
  const detail = cause instanceof AppError ? cause.message : outcomeOf(cause).detail;
  return new AppError(`${what}: ${detail}`, {
    status: 503,
    code: 'influx-unavailable',
    retriable: true,
    cause,
  });
}
