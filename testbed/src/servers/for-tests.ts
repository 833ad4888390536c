import { createEmptyDatabase } from '@slicecast/platform/database/empty-database.ts';
import { afterAll, describe, test } from 'vitest';
import { servers } from './list.ts';
import type { ServerName, ServerProcess } from './server-process.ts';
import { ServerUnavailable } from './server-unavailable.ts';

/**
 * A group of tests on a real server: the one that the environment names (KAFKA_BROKERS, DATABASE_URL,
 * INFLUX_URL, PROMETHEUS_URL), else one of this file's own. PostgreSQL gives the file a database of
 * its own. Where the server cannot be had the tests are skipped and the title says why; with
 * CI=true that is a failure. Await it at the top of a test file: fetching a server then counts
 * against no test's time-out.
 */
export async function describeOnServer(
  name: ServerName,
  title: string,
  tests: (server: { readonly address: string }) => void,
): Promise<void> {
  const { variable, start } = servers[name];
  const given = process.env[variable];
  if (given === undefined) return describeOnOwnServer(title, start, tests);
  const address = name === 'postgres' ? await createDatabase(given) : given;
  describe(`${title} (${variable})`, () => tests({ address }));
}

/** The same on a server that is always this file's own, to kill, restart or configure. */
export async function describeOnOwnServer(
  title: string,
  start: () => Promise<ServerProcess>,
  tests: (server: ServerProcess) => void,
): Promise<void> {
  const startForFile = async () => {
    const server = await start();
    afterAll(() => server.stop());
    return server;
  };
  await describeWhereAvailable(title, startForFile, tests);
}

/** A group of tests on what `prepare` gives; skipped, or failed with CI=true, where it rejects with ServerUnavailable. */
export async function describeWhereAvailable<T>(
  title: string,
  prepare: () => Promise<T>,
  tests: (prepared: T) => void,
): Promise<void> {
  try {
    const prepared = await prepare();
    describe(title, () => tests(prepared));
  } catch (error) {
    if (!(error instanceof ServerUnavailable)) throw error;
    if (process.env.CI === 'true') {
      test(title, () => {
        throw error;
      });
    } else {
      test.skip(`${title}: ${error.message}`);
    }
  }
}

/** URL of an empty database on a server that others use too, removed after the file's tests. */
async function createDatabase(server: string): Promise<string> {
  const { url, drop } = await createEmptyDatabase(server);
  afterAll(drop);
  return url;
}
