import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A process inside one of a lab's namespaces. */
export interface LabProcess {
  readonly name: string;
  /** Resolves, when it has ended by itself, to how it ended and the end of what it wrote. */
  readonly died: Promise<string>;
  /** Asks it to end, insists, and resolves when it has ended. */
  stop(): Promise<void>;
}

export interface LabProcessOptions {
  readonly name: string;
  readonly ip: string;
  readonly namespace: string;
  /** Its standard output is kept in `<name>.csv` here, its errors in `<name>.log`. */
  readonly folder: string;
  readonly command: readonly string[];
  /** A line of its standard output. */
  onLine?(line: string): void;
}

const graceMs = 5_000;

/** Resolves when the process runs; `ip netns exec` becomes it, so that its id is its own. */
export async function startInside(options: LabProcessOptions): Promise<LabProcess> {
  const { name, ip, namespace, folder, command } = options;
  const child = spawn(ip, ['netns', 'exec', namespace, ...command], {
    // Nothing of this process's environment but what finds programs: proxies would be asked for 198.18.0.0/15.
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.pipe(createWriteStream(join(folder, `${name}.csv`)));
  child.stderr.pipe(createWriteStream(join(folder, `${name}.log`)));
  const { onLine } = options;
  if (onLine !== undefined) createInterface({ input: child.stdout }).on('line', onLine);
  let stopping = false;
  const { promise: died, resolve } = Promise.withResolvers<string>();
  child.once('exit', async (code, signal) => {
    if (stopping) return;
    const words = await readFile(join(folder, `${name}.log`), 'utf8').catch(() => '');
    resolve(`${name} ended (${signal ?? `exit code ${code}`}): ${words.slice(-2000).trim()}`);
  });
  await once(child, 'spawn');
  return {
    name,
    died,
    stop() {
      stopping = true;
      return end(child);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exited;
  clearTimeout(late);
}
