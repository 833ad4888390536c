import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SqlConnection } from './single-connection.ts';
import { databaseUnavailable } from './sql-error.ts';

/** Without `sql`: close. */
export interface WorkerRequest {
  readonly id: number;
  readonly sql?: string;
  readonly params?: readonly unknown[];
}

export type WorkerReply =
  | { readonly id: number; readonly rows: object[] }
  | {
      readonly id: number;
      readonly error: {
        readonly message: string;
        readonly code?: string;
        readonly constraint?: string;
      };
    };

interface Waiting {
  resolve(rows: object[]): void;
  reject(error: unknown): void;
}

/** PostgreSQL on a cluster's folder in a worker thread: its work, which is synchronous, never holds up the event loop. */
export async function openWorkerConnection(folder: string): Promise<SqlConnection> {
  const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), {
    workerData: { folder },
  });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let over: Error | undefined;

  function end(error: Error): void {
    over ??= error;
    for (const { reject } of waiting.values()) reject(over);
    waiting.clear();
  }

  worker.on('error', (error) => end(databaseUnavailable('its thread failed', error)));
  worker.on('exit', () => end(databaseUnavailable('its thread has ended')));
  worker.on('message', (reply: WorkerReply) => {
    const caller = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('rows' in reply) caller?.resolve(reply.rows);
    else caller?.reject(Object.assign(new Error(reply.error.message), reply.error));
  });

  function expect(id: number): Promise<object[]> {
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  }

  function ask(request: Omit<WorkerRequest, 'id'>): Promise<object[]> {
    if (over !== undefined) return Promise.reject(over);
    lastId += 1;
    worker.postMessage({ id: lastId, ...request });
    return expect(lastId);
  }

  await expect(0);
  return {
    async query<Row extends object>(sql: string, params: readonly unknown[] = []) {
      return (await ask({ sql, params })) as Row[];
    },
    async close() {
      await ask({});
      const exited = once(worker, 'exit');
      await worker.terminate();
      await exited;
    },
  };
}
