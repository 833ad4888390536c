import { join } from 'node:path';
import {
  type Database,
  type Log,
  type Logger,
  openDatabase,
  openEmbeddedLog,
} from '@slicecast/platform';
import type { StandaloneConfig } from './config.ts';

/** The embedded log and database of one data folder. */
export interface Stores {
  readonly log: Log;
  readonly database: Database;
  close(): Promise<void>;
}

/** Rejects, with nothing left open, when another process has the folder. */
export async function openStores(config: StandaloneConfig, logger: Logger): Promise<Stores> {
  const database = await openDatabase({ dataDir: join(config.DATA_DIR, 'database') }, logger);
  try {
    const log = await openEmbeddedLog({
      directory: join(config.DATA_DIR, 'log'),
      maxAgeMs: config.LOG_MAX_AGE_HOURS * 3_600_000,
      maxBytes: config.LOG_MAX_BYTES,
      logger,
    });
    return {
      log,
      database,
      async close() {
        await log.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
