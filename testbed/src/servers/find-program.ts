import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ServerUnavailable } from './server-unavailable.ts';

/** The path of a program on PATH or in one of the further folders; undefined when it is in none. */
export async function findProgram(
  program: string,
  folders: readonly string[] = [],
): Promise<string | undefined> {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...folders]) {
    if (folder === '') continue;
    const path = join(folder, program);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** The same, or ServerUnavailable with the remedy. */
export async function requireProgram(
  server: string,
  program: string,
  remedy: string,
  folders: readonly string[] = [],
): Promise<string> {
  const path = await findProgram(program, folders);
  if (path !== undefined) return path;
  throw new ServerUnavailable(server, `there is no ${program} on the path`, remedy);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
