import { randomBytes } from 'node:crypto';
import { connectDatabase } from './pool-database.ts';

/** A database of one's own on a server that others use too. */
export interface EmptyDatabase {
  readonly url: string;
  /** Removes it, and ends the sessions that are still on it. */
  drop(): Promise<void>;
}

/** Makes one, of a random name; `server`: URL of any database there whose user may make others. */
export async function createEmptyDatabase(server: string): Promise<EmptyDatabase> {
  const name = `slicecast_test_${randomBytes(6).toString('hex')}`;
  await runOn(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => runOn(server, `drop database ${name} with (force)`) };
}

async function runOn(server: string, statement: string): Promise<void> {
  const database = connectDatabase({ url: server, maxConnections: 1 });
  try {
    await database.query(statement);
  } finally {
    await database.close();
  }
}
