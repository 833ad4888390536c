import type { Database } from './database.ts';
import { openPgliteConnection } from './pglite-connection.ts';
import { createSingleConnectionDatabase } from './single-connection.ts';

/** An empty database that lives as long as the process: for tests. */
export async function createMemoryDatabase(): Promise<Database> {
  return createSingleConnectionDatabase(await openPgliteConnection());
}
