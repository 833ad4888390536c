import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Guard, startGuard } from './guard.ts';

export type ServerName = 'kafka' | 'influxdb' | 'prometheus' | 'postgres';

/** A real server that runs as a plain process on the loopback, its data in a temporary folder. */
export interface ServerProcess {
  readonly name: string;
  /** Kafka: host:port; the others: a URL. */
  readonly address: string;
  /** Of the running process, or of the last one. */
  readonly pid: number;
  readonly folder: string;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
  /** Ends the server at once (SIGKILL); the folder stays. */
  kill(): Promise<void>;
  /** Starts the server again with the same port and folder, after ending it if it runs; resolves when it is ready. */
  restart(): Promise<void>;
  /** Lets the server outlive this process, which otherwise takes it along however it ends. */
  leave(): void;
}

export interface ServerSetup {
  readonly address: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly environment?: NodeJS.ProcessEnv;
  /** The user to run as; that of this process when absent. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Rejects until the server does its work. */
  readonly checkReady: () => Promise<void>;
}

/** Ends each of these servers in order; PostgreSQL would wait for its clients on SIGTERM. */
export const stopSignal = 'SIGINT';
const readyWithinMs = 60_000;
const endsWithinMs = 10_000;

/** `prepare` lays what the server needs into the folder. Nothing is left behind when the start fails. */
export async function startServer(
  name: string,
  prepare: (folder: string) => Promise<ServerSetup>,
): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), `slicecast-${name}-`));
  const guard = startGuard(folder);
  let running: ChildProcess | undefined;

  async function discard(): Promise<void> {
    if (running !== undefined) await end(running, 'SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    guard.leave();
  }

  try {
    const setup = await prepare(folder);
    const start = async () => {
      running = await spawnServer(setup, folder, guard);
      await untilReady(name, setup, running, folder);
      return running;
    };
    let server = await start();
    return {
      name,
      address: setup.address,
      folder,
      get pid() {
        return server.pid ?? 0;
      },
      async stop() {
        await end(server, stopSignal);
        await discard();
      },
      async kill() {
        await end(server, 'SIGKILL');
        guard.watch(undefined);
      },
      async restart() {
        await end(server, stopSignal);
        server = await start();
      },
      leave() {
        guard.leave();
        server.unref();
      },
    };
  } catch (error) {
    await discard();
    throw error;
  }
}

async function spawnServer(
  setup: ServerSetup,
  folder: string,
  guard: Guard,
): Promise<ChildProcess> {
  const [program, ...args] = setup.command;
  const log = await open(logFile(folder), 'a');
  try {
    const child = spawn(program, args, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...(setup.environment && { env: setup.environment }),
      ...setup.user,
    });
    guard.watch(child.pid);
    await once(child, 'spawn');
    return child;
  } finally {
    await log.close();
  }
}

async function untilReady(
  name: string,
  setup: ServerSetup,
  child: ChildProcess,
  folder: string,
): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    try {
      return await setup.checkReady();
    } catch (error) {
      const ended = hasEnded(child);
      if (ended || Date.now() > deadline) {
        const fate = ended ? 'ended at its start' : `was not ready within ${readyWithinMs} ms`;
        throw new Error(`${name} ${fate}; its log ends with:\n${await logTail(folder)}`, {
          cause: error,
        });
      }
    }
    await wait(50);
  }
}

/** Asks the process to end, insists after a while, and resolves when it has ended. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const insist = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
  await exited;
  clearTimeout(insist);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function logTail(folder: string): Promise<string> {
  const text = await readFile(logFile(folder), 'utf8');
  return text.split('\n').slice(-20).join('\n');
}

function logFile(folder: string): string {
  return join(folder, 'server.log');
}
