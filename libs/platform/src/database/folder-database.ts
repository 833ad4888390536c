import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLockFile } from '../files/lock-file.ts';
import type { Database } from './database.ts';
import { createSingleConnectionDatabase } from './single-connection.ts';
import { openWorkerConnection } from './worker-connection.ts';

/**
 * PostgreSQL (PGlite) on a folder of this process alone, in a worker thread. What was committed
 * survives `kill -9` of the process; against the loss of power it is not synced: that is what a
 * PostgreSQL server is for. AppError 503 `folder-in-use` names the process that has it open.
 */
export async function openFolderDatabase(dataDir: string): Promise<Database> {
  await mkdir(dataDir, { recursive: true });
  const lock = await takeLockFile(join(dataDir, 'lock'), 'The database');
  try {
    const connection = await openWorkerConnection(join(dataDir, 'cluster'));
    return createSingleConnectionDatabase({
      query: connection.query,
      async close() {
        await connection.close();
        await lock.release();
      },
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}
