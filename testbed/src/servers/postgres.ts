import { chown, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findProgram, run } from './programs.ts';
import { type ServerOptions, type ServerProcess, startServer } from './server-process.ts';
import { freePorts, temporaryFolder } from './temporary-folder.ts';

/** `nobody`: PostgreSQL refuses to run as root. */
const nobody = { uid: 65_534, gid: 65_534 };

/** PostgreSQL, whose superuser `slicecast` needs no password. */
export async function startPostgres(options: ServerOptions = {}): Promise<ServerProcess> {
  const programs = await postgresPrograms();
  const folder = await temporaryFolder('postgres');
  const user = process.getuid?.() === 0 ? nobody : undefined;
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const initialise = ['-D', data, '-U', 'slicecast', '-A', 'trust', '-N', '-E', 'UTF8'];
  await run(join(programs, 'initdb'), initialise, { ...user, cwd: folder });
  const [port = 0] = await freePorts(1);
  const settings = [
    '-k',
    folder,
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-c',
    'max_connections=200',
  ];
  return startServer({
    ...options,
    ...(user === undefined ? {} : { user }),
    name: 'postgres',
    address: `postgres://slicecast@127.0.0.1:${port}/postgres`,
    folder,
    command: join(programs, 'postgres'),
    args: ['-D', data, ...settings],
    // Fast shutdown: sessions are ended, and what they committed is kept.
    stopSignal: 'SIGINT',
    isReady: async (log) => (await log()).includes('ready to accept connections'),
  });
}

/** Folder of the programs: Debian keeps some beside the server and off the path. */
async function postgresPrograms(): Promise<string> {
  const remedy =
    'apt-get install postgresql, and put /usr/lib/postgresql/<version>/bin on the path';
  return dirname(await realpath(await findProgram('postgres', remedy)));
}
