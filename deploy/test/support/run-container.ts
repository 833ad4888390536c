import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createNodeProcess, type NodeProcess } from '@slicecast/testbed/suite/node-process';
import type { Container } from './container.ts';
import type { NativeImage } from './native-image.ts';

export interface Surroundings {
  readonly image: NativeImage;
  /** Takes the place of `/`. */
  readonly folder: string;
  /** Folder with a file for each secret. */
  readonly secrets: string;
  /** Where what the files call `name:port` is on this machine, by that text. */
  readonly addresses: ReadonlyMap<string, string>;
}

/** The image's entry point as a process with the container's arguments, environment and files, and nothing else. */
export async function prepareProcess(
  container: Container,
  surroundings: Surroundings,
): Promise<NodeProcess> {
  const { image, folder } = surroundings;
  await layOut(container, surroundings);
  const [program, script = ''] = image.entrypoint;
  if (program !== 'node') throw new Error(`the entry point is ${program}, not node`);
  return createNodeProcess({
    script: join(image.cwd, script),
    args: container.args,
    cwd: image.cwd,
    env: { ...image.environment, ...localEnvironment(container, folder, surroundings.addresses) },
  });
}

/** Each variable as the files give it, but for addresses and for the folder that stands for `/`. */
export function localEnvironment(
  { environment, secrets, folders }: Container,
  folder: string,
  addresses: ReadonlyMap<string, string>,
): Record<string, string> {
  const mounted = [...secrets.keys(), ...folders.keys()];
  return Object.fromEntries(
    Object.entries(environment).map(([variable, value]) => {
      if (!value.startsWith('/')) return [variable, withAddresses(value, addresses)];
      if (!mounted.some((path) => value === path || value.startsWith(`${path}/`))) {
        throw new Error(`${variable} is ${value}, where nothing is mounted`);
      }
      return [variable, join(folder, value)];
    }),
  );
}

/** Secrets hold addresses as well: that of the database. */
async function layOut({ secrets, folders }: Container, to: Surroundings): Promise<void> {
  for (const [path, files] of folders) {
    await mkdir(join(to.folder, path), { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(to.folder, path, name), text);
    }
  }
  for (const [path, name] of secrets) {
    const text = await readFile(join(to.secrets, name), 'utf8');
    await mkdir(dirname(join(to.folder, path)), { recursive: true });
    await writeFile(join(to.folder, path), withAddresses(text, to.addresses));
  }
}

function withAddresses(text: string, addresses: ReadonlyMap<string, string>): string {
  return text.replace(/[a-z][a-z-]*:\d+|^0\.0\.0\.0$|^\d+$/g, (found) => {
    return addresses.get(found) ?? found;
  });
}
