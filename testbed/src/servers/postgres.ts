import { execFile } from 'node:child_process';
import { chown, readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { connectDatabase } from '@slicecast/platform/database/pool-database.ts';
import { requireProgram } from './find-program.ts';
import { freePort } from './free-port.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const run = promisify(execFile);

/** `nobody`: PostgreSQL refuses to run as root. */
const nobody = { uid: 65_534, gid: 65_534 };

/**
 * `-F`: no write waits for the disk. The data goes with the run, and what a killed server has
 * committed is in the system's memory; only the machine's own end would lose it.
 */
const settings = ['-F', '-c', 'max_connections=200'];

/** PostgreSQL, whose superuser `slicecast` needs no password. */
export async function startPostgres(): Promise<ServerProcess> {
  const programs = await findPostgres();
  return startServer('postgres', async (folder) => {
    const user = process.getuid?.() === 0 ? nobody : undefined;
    if (user !== undefined) await chown(folder, user.uid, user.gid);
    const data = join(folder, 'data');
    const initialise = ['-D', data, '-U', 'slicecast', '-A', 'trust', '-N', '-E', 'UTF8'];
    await run(join(programs, 'initdb'), initialise, { ...user, cwd: folder });
    const port = await freePort();
    const address = `postgres://slicecast@127.0.0.1:${port}/postgres`;
    const listen = ['-k', folder, '-h', '127.0.0.1', '-p', String(port)];
    return {
      address,
      command: [join(programs, 'postgres'), '-D', data, ...listen, ...settings],
      ...(user && { user }),
      checkReady: () => askForAnswer(address),
    };
  });
}

async function askForAnswer(address: string): Promise<void> {
  const database = connectDatabase({ url: address });
  try {
    await database.query('select 1');
  } finally {
    await database.close();
  }
}

/** Folder of the programs. Debian keeps them off the path, a folder for each major version; the newest is taken. */
export async function findPostgres(): Promise<string> {
  const debian = '/usr/lib/postgresql';
  const versions = await readdir(debian).catch(() => []);
  const folders = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(debian, version, 'bin'));
  const remedy = "Install PostgreSQL's server, 15 to 18 (Debian: postgresql).";
  return dirname(await realpath(await requireProgram('postgres', 'postgres', remedy, folders)));
}
