import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { AppError } from '../app-error.ts';
import { processStartOf } from './process-start.ts';

/** Who holds a folder. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, by the kernel; tells it from a later one of the same number. */
  readonly processStart: string | null;
  readonly id: string;
}

export interface LockFile {
  release(): Promise<void>;
}

/** Locks of this very process: its own number says nothing about a second opener. */
const held = new Set<string>();

/**
 * Takes a folder for this process. The lock of a process that has ended is taken over; that of a
 * living one is refused: AppError 503 `folder-in-use`. Another host's cannot be judged from here
 * and is taken over: a folder is not for two machines.
 */
export async function takeLockFile(place: string, what: string): Promise<LockFile> {
  const path = resolve(place);
  if (held.has(path)) throw inUse(what, path, process.pid);
  held.add(path);
  try {
    await take(path, what);
  } catch (error) {
    held.delete(path);
    throw error;
  }
  return {
    async release() {
      if (held.delete(path)) await rm(path, { force: true });
    },
  };
}

async function take(path: string, what: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const self: Holder = {
    pid: process.pid,
    host: hostname(),
    processStart: await processStartOf(process.pid),
    id: randomUUID(),
  };
  const own = `${path}.${self.id}`;
  await writeFile(own, `${JSON.stringify(self)}\n`);
  try {
    // A link appears with its content or not at all, so nobody reads a lock that is half written.
    while (!(await linked(own, path))) {
      const holder = await holderOf(path);
      if (holder === undefined) continue;
      if (await isAlive(holder)) throw inUse(what, path, holder.pid);
      await removeStale(path, holder);
    }
  } finally {
    await rm(own, { force: true });
  }
}

async function linked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The holder as written; an unreadable lock counts as one of no living process. */
async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    const parsed = JSON.parse(await readFile(path, 'utf8'));
    return { pid: Number(parsed.pid), host: String(parsed.host), ...parsed };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) return { pid: 0, host: '', processStart: null, id: '' };
    throw error;
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname() || !(holder.pid > 0) || holder.pid === process.pid) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if (codeOf(error) !== 'EPERM') return false;
  }
  const start = await processStartOf(holder.pid);
  return start === null || holder.processStart === null || start === holder.processStart;
}

/** Moved aside first: of two who found it stale, one moves it; a fresh lock moved by mistake is put back. */
async function removeStale(path: string, stale: Holder): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await holderOf(aside);
  if (moved !== undefined && moved.id !== stale.id) await linked(aside, path);
  await rm(aside, { force: true });
}

function inUse(what: string, path: string, pid: number): AppError {
  return new AppError(
    `${what} is in use by process ${pid} (${path}): two at a time would damage it. Stop that process, or give another folder.`,
    { status: 503, code: 'folder-in-use' },
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
