import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ExtractionFiles } from '../ports.ts';

const ending = '.arrow';
/** What was being written when the process died; the next write of that key begins anew. */
const unfinished = '.part';

/** Extractions as files of one directory, each moved to its name when it is whole and on the disk. */
export function createDiskFiles(directory: string): ExtractionFiles {
  const pathOf = (key: string) => join(directory, `${key}${ending}`);
  return {
    async write(key, bytes) {
      await mkdir(directory, { recursive: true });
      const part = `${pathOf(key)}${unfinished}`;
      await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(part));
      const file = await open(part, 'r+');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, pathOf(key));
    },
    async read(key) {
      const path = pathOf(key);
      const found = await stat(path).catch(absent);
      return found === undefined ? undefined : createReadStream(path);
    },
    async remove(key) {
      await rm(pathOf(key), { force: true });
      await rm(`${pathOf(key)}${unfinished}`, { force: true });
    },
    async list() {
      const names = (await readdir(directory).catch(absent)) ?? [];
      return names
        .map((name) => name.replace(new RegExp(`\\${unfinished}$`), ''))
        .filter((name) => name.endsWith(ending))
        .map((name) => name.slice(0, -ending.length));
    },
  };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
