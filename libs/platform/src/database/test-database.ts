import type { Database } from './database.ts';
import { createEmptyDatabase } from './empty-database.ts';
import { createMemoryDatabase } from './memory-database.ts';
import { connectDatabase } from './pool-database.ts';

/**
 * An empty database of a test's own, gone when it is closed: on the PostgreSQL server that
 * TEST_DATABASE_URL names, else in memory. The same SQL is promised to run on both, so the tests of
 * what is stored run once with each.
 */
export async function createTestDatabase(): Promise<Database> {
  const server = process.env.TEST_DATABASE_URL;
  if (server === undefined) return createMemoryDatabase();
  const { url, drop } = await createEmptyDatabase(server);
  const database = connectDatabase({ url });
  return {
    ...database,
    async close() {
      await database.close();
      await drop();
    },
  };
}
