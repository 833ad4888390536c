import { stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { refuse } from '../refuse.ts';

/** Said before the work begins and not after it. AppError when the file's folder is not there. */
export async function demandFolder(option: string, path: string | undefined): Promise<void> {
  if (path === undefined) return;
  const folder = await stat(dirname(path)).catch((error: NodeJS.ErrnoException) => error);
  if (!(folder instanceof Error) && folder.isDirectory()) return;
  throw refuse(option, `${dirname(path)} is no folder`, 'make it, or give a path in one');
}

/** AppError when it cannot be written. */
export async function writeLines(
  option: string,
  path: string,
  lines: Iterable<string>,
): Promise<void> {
  await writeFile(path, lines).catch((error: NodeJS.ErrnoException) => {
    const fault = `${path} cannot be written (${error.code})`;
    throw refuse(option, fault, 'give the path of a file that may be written', error);
  });
}
