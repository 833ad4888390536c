import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from '../../testbed/src/servers/find-program.ts';
import { ServerUnavailable } from '../../testbed/src/servers/server-unavailable.ts';

const run = promisify(execFile);

/** Network namespaces of this machine, each a host of its own with an interface `lo`. */
export interface Namespaces {
  readonly names: readonly string[];
  /** Runs tc in one of them; resolves to what it writes. */
  tc(name: string, ...args: string[]): Promise<string>;
  /** The queue at the root of `lo`, as `tc -j` shows it. */
  rootOf(name: string): Promise<RootQueue>;
  /** Bits a second at the root of each; 0 where no rate is set. */
  rates(): Promise<number[]>;
  /** Takes away what was set on `lo` of each. */
  clear(): Promise<void>;
  remove(): Promise<void>;
}

export interface RootQueue {
  readonly kind: string;
  readonly handle: string;
  /** Of a tbf: bytes a second, bytes, microseconds. */
  readonly options: { readonly rate?: number; readonly burst?: number; readonly lat?: number };
}

/** @throws ServerUnavailable without iproute2 or the right to make a namespace */
export async function makeNamespaces(count: number): Promise<Namespaces> {
  const made: string[] = [];
  const remove = async () => {
    for (const name of made.splice(0)) await run('ip', ['netns', 'del', name]);
  };
  try {
    await requireTc();
    for (let i = 0; i < count; i += 1) {
      const name = `slicecast-${process.pid}-${'abcdefgh'[i]}`;
      await run('ip', ['netns', 'add', name]).catch((cause: unknown) => {
        const remedy = 'Run the tests as root, with CAP_SYS_ADMIN and CAP_NET_ADMIN.';
        throw new ServerUnavailable('a network namespace', 'ip may not make it', remedy, cause);
      });
      made.push(name);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  const names = [...made];
  const tc = async (name: string, ...args: string[]) =>
    (await run('tc', ['-n', name, ...args])).stdout;
  const rootOf = async (name: string): Promise<RootQueue> => {
    const queues = JSON.parse(await tc(name, '-j', 'qdisc', 'show', 'dev', 'lo'));
    // An interface that is down has no queue of the kernel's own.
    return queues[0] ?? { kind: 'none', handle: '0:', options: {} };
  };
  return {
    names,
    tc,
    rootOf,
    async rates() {
      const roots = await Promise.all(names.map(rootOf));
      return roots.map(({ options }) => 8 * (options.rate ?? 0));
    },
    async clear() {
      for (const name of names) {
        if ((await rootOf(name)).handle !== '0:')
          await tc(name, 'qdisc', 'del', 'dev', 'lo', 'root');
      }
    },
    remove,
  };
}

async function requireTc(): Promise<void> {
  for (const program of ['ip', 'tc']) {
    if ((await findProgram(program)) !== undefined) continue;
    const remedy = 'Install iproute2 (Debian: iproute2).';
    throw new ServerUnavailable(
      'a network namespace',
      `there is no ${program} on the path`,
      remedy,
    );
  }
}
