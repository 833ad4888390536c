import { withFile } from './with-file.ts';

/** Makes a folder's own entries durable: names that were created, renamed or removed in it. */
export function syncFolder(path: string): Promise<void> {
  return withFile(path, 'r', (handle) => handle.sync());
}
