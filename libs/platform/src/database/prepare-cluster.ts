import { access, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

/**
 * Makes an empty cluster under another name and gives it its own when it is whole: a process that
 * is killed in the middle of its first start leaves nothing that the next one would stumble over.
 */
export async function prepareCluster(folder: string): Promise<void> {
  if (await exists(join(folder, 'PG_VERSION'))) return;
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const cluster = await PGlite.create({ dataDir: unfinished });
  await cluster.close();
  await rename(unfinished, folder);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
