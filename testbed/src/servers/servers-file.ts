import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { cacheFolder } from './cache.ts';
import type { KnownProcess } from './known-process.ts';
import type { ServerName } from './server-process.ts';

/** A server that `up` left running. */
export interface LeftServer extends KnownProcess {
  readonly name: ServerName;
  readonly address: string;
  readonly folder: string;
}

const LeftServers = Type.Array(
  Type.Object({
    name: Type.Enum(['kafka', 'influxdb', 'prometheus', 'postgres']),
    address: Type.String(),
    folder: Type.String(),
    pid: Type.Integer({ minimum: 1 }),
    processStart: Type.Union([Type.String(), Type.Null()]),
  }),
);

export function serversFile(): string {
  return join(cacheFolder(), 'servers.json');
}

/** None when the file is absent; rejects when it holds anything else than what `writeServers` wrote. */
export async function readServers(): Promise<readonly LeftServer[]> {
  const text = await readFile(serversFile(), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  const left: unknown = JSON.parse(text);
  if (Value.Check(LeftServers, left)) return left;
  throw new Error(`${serversFile()} is not a list of servers: end them by hand and remove it.`);
}

export async function writeServers(servers: readonly LeftServer[]): Promise<void> {
  const file = serversFile();
  if (servers.length === 0) return rm(file, { force: true });
  await mkdir(cacheFolder(), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(servers, null, 2)}\n`);
  await rename(`${file}.new`, file);
}
