import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { Database } from './database.ts';
import { openPgliteConnection } from './pglite-connection.ts';
import { createSingleConnectionDatabase } from './single-connection.ts';

/**
 * An empty database that lives as long as the process: for tests. Making a cluster takes seconds,
 * so one is made for all: its image is kept in the temporary folder, of this user and version alone.
 */
export async function createMemoryDatabase(): Promise<Database> {
  const image = (await readImage()) ?? (await makeImage());
  const connection = await openPgliteConnection({ loadDataDir: new Blob([image]) });
  return createSingleConnectionDatabase(connection);
}

async function readImage(): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const { uid } = await stat(imageFolder());
    // A folder that someone else put there is not trusted.
    if (uid !== userInfo().uid && userInfo().uid !== -1) return undefined;
    return await readFile(imagePath());
  } catch {
    return undefined;
  }
}

async function makeImage(): Promise<Uint8Array<ArrayBuffer>> {
  const cluster = await PGlite.create();
  const image = new Uint8Array(await (await cluster.dumpDataDir('none')).arrayBuffer());
  await cluster.close();
  try {
    await mkdir(imageFolder(), { recursive: true });
    await chmod(imageFolder(), 0o700);
    const unfinished = `${imagePath()}.${process.pid}`;
    await writeFile(unfinished, image);
    await rename(unfinished, imagePath());
  } catch {
    // No place for it: the next process makes its own.
  }
  return image;
}

function imageFolder(): string {
  return join(tmpdir(), `slicecast-${userInfo().username}`);
}

function imagePath(): string {
  const { version } = createRequire(import.meta.url)('@electric-sql/pglite/package.json');
  return join(imageFolder(), `pglite-${version}.tar`);
}
