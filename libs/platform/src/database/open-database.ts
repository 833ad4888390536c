import type { Logger } from '../observability/logger.ts';
import type { Database } from './database.ts';
import { openFolderDatabase } from './folder-database.ts';
import { createMemoryDatabase } from './memory-database.ts';
import { connectDatabase } from './pool-database.ts';

export type DatabasePlace =
  | { readonly url: string }
  /** A folder of this process alone; a lock file names it. */
  | { readonly dataDir: string }
  | { readonly memory: true };

/** Resolves when the database has answered. */
export async function openDatabase(place: DatabasePlace, logger?: Logger): Promise<Database> {
  if ('memory' in place) return createMemoryDatabase();
  if ('dataDir' in place) return openFolderDatabase(place.dataDir);
  const database = connectDatabase({ url: place.url, ...(logger === undefined ? {} : { logger }) });
  try {
    await database.query('select 1');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
