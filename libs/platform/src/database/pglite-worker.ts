import { parentPort, workerData } from 'node:worker_threads';
import { openPgliteConnection } from './pglite-connection.ts';
import type { WorkerReply, WorkerRequest } from './worker-connection.ts';

/** Runs in the worker thread: one PostgreSQL, asked by messages, which it answers in their order. */
async function serve(dataDir: string): Promise<void> {
  if (parentPort === null) throw new Error('this file is started as a worker thread');
  const port = parentPort;
  const connection = await openPgliteConnection({ dataDir });
  port.on('message', (request: WorkerRequest) => void answer(request));
  post({ id: 0, rows: [] });

  async function answer(request: WorkerRequest): Promise<void> {
    try {
      if (request.sql === undefined) await connection.close();
      const rows =
        request.sql === undefined ? [] : await connection.query(request.sql, request.params);
      post({ id: request.id, rows });
    } catch (error) {
      post({ id: request.id, error: plainError(error) });
    }
  }

  function post(reply: WorkerReply): void {
    port.postMessage(reply);
  }
}

/** An error's own fields, such as SQLSTATE and constraint, do not survive the way between threads by themselves. */
function plainError(error: unknown): Extract<WorkerReply, { error: unknown }>['error'] {
  const { message, code, constraint } = error as {
    message?: unknown;
    code?: unknown;
    constraint?: unknown;
  };
  return {
    message: String(message ?? error),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
  };
}

await serve(workerData.dataDir);
