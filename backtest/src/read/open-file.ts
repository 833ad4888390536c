import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { refuse } from '../refuse.ts';

/** A file as a stream. AppError says why it cannot be read. */
export async function openFile(field: string, path: string): Promise<Readable> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    const fault =
      error.code === 'ENOENT' ? 'there is no such file' : `cannot be read (${error.code})`;
    throw refuse(field, fault, 'give the path of a CSV file', error);
  });
  if ((await file.stat()).isFile()) return file.createReadStream();
  await file.close();
  throw refuse(field, 'is no file', 'give the path of a CSV file');
}
