import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface RealPostgres {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  dispose(): Promise<void>;
}

/** Why there is no PostgreSQL to test against; undefined when there is one. */
export async function missingPostgres(): Promise<string | undefined> {
  try {
    await run('postgres', ['--version']);
    await run(await binary('initdb'), ['--version']);
    return undefined;
  } catch (error) {
    return `PostgreSQL's programs are not on the path: ${error instanceof Error ? error.message : error}`;
  }
}

/** A server of its own on the loopback and a free port, in a temporary folder; as root it runs as `nobody`. */
export async function createRealPostgres(): Promise<RealPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'slicecast-postgres-'));
  const data = join(folder, 'data');
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  if ('uid' in user) await chown(folder, 65_534, 65_534);
  const options = { ...user, cwd: folder };
  await run(await binary('initdb'), ['-D', data, '-U', 'slicecast', '-A', 'trust', '-N'], options);
  const port = await freePort();
  let server: ReturnType<typeof spawn> | undefined;

  async function stop(): Promise<void> {
    if (server === undefined || server.exitCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGINT');
    await exited;
  }

  return {
    url: `postgres://slicecast@127.0.0.1:${port}/postgres`,
    async start() {
      const settings = ['-k', folder, '-h', '127.0.0.1', '-p', String(port), '-F'];
      const started = spawn('postgres', ['-D', data, ...settings], {
        ...options,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      server = started;
      for await (const chunk of started.stderr) {
        if (String(chunk).includes('ready to accept connections')) break;
      }
    },
    stop,
    async dispose() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Debian keeps some programs beside the server and off the path. */
async function binary(name: string): Promise<string> {
  const { stdout } = await run('bash', ['-c', `dirname "$(readlink -f "$(command -v postgres)")"`]);
  return join(stdout.trim(), name);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
