import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ServerUnavailable } from './server-process.ts';

export const run = promisify(execFile);

/** Path of a program; ServerUnavailable with the remedy where it is not on the path. */
export async function findProgram(name: string, remedy: string): Promise<string> {
  try {
    return (await run('sh', ['-c', `command -v ${name}`])).stdout.trim();
  } catch (cause) {
    throw new ServerUnavailable(`${name} is not on the path: ${remedy}`, { cause });
  }
}

/** Fetching or building failed, for want of a network, say. */
export function notFetched(what: string, cause: unknown): ServerUnavailable {
  const why = cause instanceof Error ? cause.message.slice(0, 1000) : String(cause);
  return new ServerUnavailable(`${what} could not be fetched: ${why}`, { cause });
}
