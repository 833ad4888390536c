import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where fetched servers are kept, outside of the repository. */
export function cacheFolder(): string {
  return process.env.SLICECAST_CACHE ?? join(homedir(), '.cache', 'slicecast');
}

/**
 * The folder `name` of the cache, made once: into a folder beside it, and only when it is whole put in its
 * place, so that one that was cut off is never taken for whole. Of two who make it at once, one wins.
 */
export async function fetchOnce(
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const cache = cacheFolder();
  const folder = join(cache, name);
  if (await exists(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(join(cache, `${name}.partial-`));
  try {
    await make(partial);
    await rename(partial, folder).catch(async (error) => {
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
