import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program of this repository as a process of its own, which can be ended and started again. */
export interface NodeProcess {
  readonly pid: number | undefined;
  start(): void;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Ends it as an operator would; resolves to the exit code. */
  stop(): Promise<number | null>;
  /** Why it ended by itself: the end of what it wrote; undefined while it runs. */
  ended(): string | undefined;
  /** The end of what it wrote since its last start. */
  output(): string;
}

export interface NodeProcessOptions {
  /** Path of the program. */
  readonly script: string;
  readonly args?: readonly string[];
  /** All of its environment but the path. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

const keptOutput = 20_000;
const graceMs = 20_000;

export function createNodeProcess({
  script,
  args = [],
  env,
  cwd,
}: NodeProcessOptions): NodeProcess {
  let child: ChildProcess | undefined;
  let output = '';

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child === undefined) return null;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill(signal);
      const late = setTimeout(() => child?.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(late);
    }
    const { exitCode } = child;
    child = undefined;
    return exitCode;
  }

  return {
    get pid() {
      return child?.pid;
    },
    start() {
      output = '';
      const started = spawn(process.execPath, [script, ...args], {
        cwd,
        env: { PATH: process.env.PATH, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const keep = (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-keptOutput);
      };
      started.stdout.on('data', keep);
      started.stderr.on('data', keep);
      child = started;
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    ended: () =>
      child !== undefined && (child.exitCode !== null || child.signalCode !== null)
        ? output
        : undefined,
    output: () => output,
  };
}
