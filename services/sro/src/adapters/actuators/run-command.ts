import { type ChildProcess, spawn } from 'node:child_process';
import { AppError } from '@slicecast/platform';

/** Of each output so many characters, the last ones, go into the error. */
const MAX_ERROR_CHARACTERS = 2000;
/** Of each output so many, the last ones, are kept: tc lists one line for each queue of a large card. */
const MAX_OUTPUT_CHARACTERS = 262_144;
/** After SIGTERM a process group has so long before SIGKILL. */
const KILL_AFTER_MS = 2000;
/** Children that outlive the command may hold its outputs open: they are waited for no longer than this. */
const DRAIN_MS = 200;

export interface Command {
  readonly argv: readonly string[];
  readonly cwd?: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Runs a command without a shell, in a process group of its own. Resolves when it ends with exit code 0,
 * to the end of what it wrote to its standard output. On timeout or abort the whole group is ended, and the promise settles when it is gone, or after 4 s
 * when it cannot be ended.
 *
 * @throws AppError `actuator-not-found`, `actuator-timeout`, `actuator-aborted`, `actuator-exit-code`
 */
export async function runCommand(command: Command): Promise<string> {
  if (command.signal.aborted) throw aborted(command);
  const [file = '', ...args] = command.argv;
  const child = spawn(file, args, {
    shell: false,
    detached: true,
    cwd: command.cwd,
    env: { ...command.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const outputs = [collect(child, 'stdout'), collect(child, 'stderr')] as const;
  const stop = new AbortController();
  const ended = exitOf(child);
  const timer = setTimeout(() => stop.abort('timeout'), command.timeoutMs);
  const onAbort = () => stop.abort('aborted');
  command.signal.addEventListener('abort', onAbort, { once: true });
  const killing = killGroupOn(stop.signal, child);
  try {
    const exit = await Promise.race([ended, killing.gaveUp]);
    if (stop.signal.reason === 'aborted') throw aborted(command);
    if (stop.signal.reason === 'timeout') throw timedOut(command, outputs);
    if (exit.error !== undefined) throw notStarted(command, exit.error);
    if (exit.code !== 0) throw badExit(command, exit, outputs);
    return outputs[0]();
  } finally {
    clearTimeout(timer);
    killing.clear();
    command.signal.removeEventListener('abort', onAbort);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: Error;
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('exit', (code, signal) => {
      // When this process is late the timer is over before the pipes are looked at: they are read once more first.
      const drained = () => setImmediate(() => setImmediate(resolve, { code, signal }));
      setTimeout(drained, DRAIN_MS).unref();
    });
  });
}

function collect(child: ChildProcess, output: 'stdout' | 'stderr'): () => string {
  let text = '';
  child[output]?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-MAX_OUTPUT_CHARACTERS);
  });
  return () => text.trim();
}

/** Ends the group when asked to; `gaveUp` resolves when it is not allowed to, or the group does not end. */
function killGroupOn(signal: AbortSignal, child: ChildProcess) {
  let timer: NodeJS.Timeout | undefined;
  const gaveUp = new Promise<Exit>((resolve) => {
    const lost = () => resolve({ code: null, signal: null });
    const kill = () => {
      killGroup(child, 'SIGKILL');
      timer = setTimeout(lost, KILL_AFTER_MS);
    };
    const end = () => {
      killGroup(child, 'SIGTERM');
      timer = setTimeout(kill, KILL_AFTER_MS);
    };
    signal.addEventListener('abort', end, { once: true });
  });
  return { gaveUp, clear: () => clearTimeout(timer) };
}

/** False when this process may not: a command that became another user's, as under sudo. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: the group has ended in the meantime. EPERM: see above; the caller waits and then gives up.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH' || code === 'EPERM') return false;
    throw error;
  }
}

function aborted(command: Command): AppError {
  return failure('actuator-aborted', `${command.argv[0]} was ended before it was done`, true);
}

function timedOut(command: Command, outputs: Outputs): AppError {
  const message = `${command.argv[0]} did not end within ${command.timeoutMs} ms and was ended`;
  return failure('actuator-timeout', message + words(outputs), true);
}

function notStarted(command: Command, cause: Error): AppError {
  const message = `${command.argv[0]} could not be started: ${cause.message}`;
  return failure('actuator-not-found', message, false, cause);
}

function badExit(command: Command, exit: Exit, outputs: Outputs): AppError {
  const how = exit.code === null ? `by signal ${exit.signal}` : `with exit code ${exit.code}`;
  return failure('actuator-exit-code', `${command.argv[0]} ended ${how}${words(outputs)}`, true);
}

type Outputs = readonly [() => string, () => string];

function words([stdout, stderr]: Outputs): string {
  const ends = [stderr(), stdout()].map((text) => text.slice(-MAX_ERROR_CHARACTERS));
  const parts = ends.filter((text) => text !== '');
  return parts.length === 0 ? '' : `: ${parts.join(' | ')}`;
}

function failure(code: string, message: string, retriable: boolean, cause?: unknown): AppError {
  return new AppError(message, { status: 502, code, retriable, cause });
}
