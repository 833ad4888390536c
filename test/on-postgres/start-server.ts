import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../testbed/src/servers/postgres.ts';
import type { ServerProcess } from '../../testbed/src/servers/server-process.ts';
import { ServerUnavailable } from '../../testbed/src/servers/server-unavailable.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server's URL, or why there is none. */
    postgres: { readonly url: string } | { readonly missing: string };
  }
}

let server: ServerProcess | undefined;

/** One server for all files: DATABASE_URL's, else one of this run's own. */
export async function setup(project: TestProject): Promise<void> {
  const given = process.env.DATABASE_URL;
  if (given !== undefined) return project.provide('postgres', { url: given });
  try {
    server = await startPostgres();
    project.provide('postgres', { url: server.address });
  } catch (error) {
    if (!(error instanceof ServerUnavailable) || process.env.CI === 'true') throw error;
    console.error(error.message);
    project.provide('postgres', { missing: error.message });
  }
}

export async function teardown(): Promise<void> {
  await server?.stop();
}
