import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export type ServerName = 'kafka' | 'influxdb' | 'prometheus' | 'postgres';

/** A real server that cannot be had on this machine: what lacks, and how to get it. */
export class ServerUnavailable extends Error {}

/** A real server as a process of its own, on the loopback. */
export interface ServerProcess {
  readonly name: ServerName;
  /** Kafka: host:port. The others: a URL. */
  readonly address: string;
  readonly pid: number;
  /** Its data and its log. */
  readonly folder: string;
  /** Ends it in order, and removes its folder. */
  stop(): Promise<void>;
  /** Ends it as a power cut would; its folder stays. */
  kill(): Promise<void>;
  /** On the same port and folder; resolves when it is ready. */
  restart(): Promise<void>;
}

export interface ServerOptions {
  /** It outlives this process, which otherwise takes it along, however it ends. */
  readonly detached?: boolean;
}

export interface ServerPlan extends ServerOptions {
  readonly name: ServerName;
  readonly address: string;
  readonly folder: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly user?: { readonly uid: number; readonly gid: number };
  /** The signal that ends it in order. */
  readonly stopSignal: NodeJS.Signals;
  /** Asked until it is true; `log`: what it has written since its start. */
  isReady(log: () => Promise<string>): Promise<boolean>;
}

const patienceMs = 60_000;
const lookPeriodMs = 50;

/** Starts what is planned; rejects with the end of its log when it does not become ready. */
export async function startServer(plan: ServerPlan): Promise<ServerProcess> {
  const { name, address, folder } = plan;
  let server = await start(plan);
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (hasEnded(server)) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }
  return {
    name,
    address,
    folder,
    get pid() {
      return server.pid ?? 0;
    },
    kill: () => end('SIGKILL'),
    async stop() {
      await end(plan.stopSignal);
      await rm(folder, { recursive: true, force: true });
    },
    async restart() {
      await end(plan.stopSignal);
      server = await start(plan);
    },
  };
}

async function start(plan: ServerPlan): Promise<ChildProcess> {
  const { name, command, args, folder, user, detached = false } = plan;
  const logFile = join(folder, 'server.log');
  const log = await open(logFile, 'w');
  const server = spawn(command, args, {
    cwd: folder,
    detached,
    stdio: ['ignore', log.fd, log.fd],
    ...user,
  });
  const failed = new Promise<never>((_, reject) => server.once('error', reject));
  try {
    const written = () => readFile(logFile, 'utf8');
    await Promise.race([failed, untilReady(plan, server, written)]);
  } catch (cause) {
    server.kill('SIGKILL');
    const words = (await readFile(logFile, 'utf8')).slice(-2000);
    throw new Error(`${name} did not become ready:\n${words}`, { cause });
  } finally {
    await log.close();
  }
  if (detached) server.unref();
  else guard(server);
  return server;
}

async function untilReady(
  { isReady }: ServerPlan,
  server: ChildProcess,
  log: () => Promise<string>,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await isReady(log).catch(unlessRefused))) {
    if (hasEnded(server)) throw new Error('it ended');
    if (performance.now() > deadline) throw new Error(`not within ${patienceMs / 1000} s`);
    await setTimeout(lookPeriodMs);
  }
}

function unlessRefused(error: unknown): boolean {
  if (error instanceof TypeError && error.message === 'fetch failed') return false;
  throw error;
}

/** When this process ends, by whatever, the pipe to the guard closes, and the guard ends the server. */
function guard({ pid }: ChildProcess): void {
  const watch = spawn('sh', ['-c', `cat >/dev/null; kill -9 ${pid} 2>/dev/null`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watch.unref();
  const { stdin } = watch;
  if (stdin !== null && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
