import { setTimeout as wait } from 'node:timers/promises';
import { processStartOf } from '@slicecast/platform/files/process-start.ts';

/** A process that another run started; its start tells it from a later one with the same number. */
export interface KnownProcess {
  readonly pid: number;
  readonly processStart: string | null;
}

export async function knownProcess(pid: number): Promise<KnownProcess> {
  return { pid, processStart: await processStartOf(pid) };
}

export async function isRunning({ pid, processStart }: KnownProcess): Promise<boolean> {
  const start = await processStartOf(pid);
  return isTaken(pid) && start === processStart && start !== 'ended';
}

/** Asks it to end, insists after ten seconds, and resolves when it has ended. Nothing is done to a later process of its number. */
export async function endProcess(known: KnownProcess, signal: NodeJS.Signals): Promise<void> {
  const deadline = Date.now() + 10_000;
  if (await isRunning(known)) process.kill(known.pid, signal);
  while (await isRunning(known)) {
    if (Date.now() > deadline) process.kill(known.pid, 'SIGKILL');
    await wait(50);
  }
}

function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
