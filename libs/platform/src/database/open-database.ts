import type { Logger } from '../observability/logger.ts';
import type { Database } from './database.ts';
import { createMemoryDatabase } from './memory-database.ts';
import { connectDatabase } from './pool-database.ts';
import { createSingleConnectionDatabase } from './single-connection.ts';
import { openWorkerConnection } from './worker-connection.ts';

export type DatabasePlace =
  | { readonly url: string }
  /** A folder of this process alone; a lock file names it. */
  | { readonly dataDir: string }
  | { readonly memory: true };

/** Resolves when the database has answered. */
export async function openDatabase(place: DatabasePlace, logger?: Logger): Promise<Database> {
  if ('memory' in place) return createMemoryDatabase();
  if ('dataDir' in place) {
    return createSingleConnectionDatabase(await openWorkerConnection(place.dataDir));
  }
  const database = connectDatabase({ url: place.url, ...(logger === undefined ? {} : { logger }) });
  await database.query('select 1');
  return database;
}
