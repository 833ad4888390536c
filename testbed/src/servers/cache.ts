import { access, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '@slicecast/platform/app-error.ts';
import { type LockFile, takeLockFile } from '@slicecast/platform/files/lock-file.ts';

/** Where fetched programs are kept between runs: SLICECAST_CACHE, or ~/.cache/slicecast. */
export function cacheFolder(): string {
  return process.env.SLICECAST_CACHE ?? join(homedir(), '.cache', 'slicecast');
}

/**
 * The folder `name` of the cache; `fill` makes its content when it is not there yet. A folder takes
 * its name only once it is whole, and of several processes that need it one fetches and the others
 * wait for it.
 */
export async function fetchOnce(
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (await exists(folder)) return folder;
  await withLock(`${folder}.lock`, `the fetching of ${name}`, async () => {
    if (await exists(folder)) return;
    const partial = `${folder}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await fill(partial);
    await rename(partial, folder);
  });
  return folder;
}

/** Does the work when no other process, and nobody else in this one, does it; waits until then. */
export async function withLock(
  path: string,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  const lock = await waitForLock(path, what);
  try {
    await work();
  } finally {
    await lock.release();
  }
}

async function waitForLock(path: string, what: string): Promise<LockFile> {
  const everyMs = 200;
  for (;;) {
    try {
      return await takeLockFile(path, what);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'folder-in-use')) throw error;
      await wait(everyMs);
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
