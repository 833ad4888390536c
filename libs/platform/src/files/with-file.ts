import { type FileHandle, open } from 'node:fs/promises';

/** Opens a file for `work` and closes it whatever comes of that. */
export async function withFile<T>(
  path: string,
  flags: 'r' | 'r+' | 'w',
  work: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await open(path, flags);
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}
