import { parentPort, workerData } from 'node:worker_threads';
import { openPgliteConnection } from './pglite-connection.ts';
import { prepareCluster } from './prepare-cluster.ts';
import type { WorkerReply, WorkerRequest } from './worker-connection.ts';

/** Runs in the worker thread: one PostgreSQL, asked by messages, which it answers in their order. */
async function serve(folder: string): Promise<void> {
  if (parentPort === null) throw new Error('this file is started as a worker thread');
  const port = parentPort;
  await prepareCluster(folder);
  const connection = await openPgliteConnection({ dataDir: folder });
  port.on('message', (request: WorkerRequest) => void answer(request));
  post({ id: 0, rows: [] });

  async function answer({ id, sql, params }: WorkerRequest): Promise<void> {
    try {
      if (sql === undefined) await connection.close();
      post({ id, rows: sql === undefined ? [] : await connection.query(sql, params) });
    } catch (error) {
      post({ id, error: plainError(error) });
    }
  }

  function post(reply: WorkerReply): void {
    port.postMessage(reply);
  }
}

/** An error's own fields, such as SQLSTATE and constraint, do not survive the way between threads by themselves. */
function plainError(error: unknown): Extract<WorkerReply, { error: unknown }>['error'] {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return {
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
  };
}

await serve(workerData.folder);
