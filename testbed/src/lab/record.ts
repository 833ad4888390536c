import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

/** What is written down of a lab before anything of it is made, so that any later run can remove it. */
export const LabRecord = Type.Object({
  id: Type.String({ pattern: '^[0-9a-f]{6}$' }),
  /** Folder of its files. */
  folder: Type.String(),
  /** What it is for: `down` ends those of the same purpose as its `up`, others end with their owner. */
  purpose: Type.String(),
  /** The process that it lives with. */
  pid: Type.Integer({ minimum: 1 }),
  processStart: Type.Union([Type.String(), Type.Null()]),
  prometheusUrl: Type.String(),
  serviceUrl: Type.String(),
});
export type LabRecord = Static<typeof LabRecord>;

/** The same for every run, whatever its TMPDIR: names of namespaces are the machine's too. */
const folder = '/run';
const pattern = /^slicecast-lab-([0-9a-f]{6})\.json$/;

export function recordFile(id: string): string {
  return join(folder, `slicecast-lab-${id}.json`);
}

export async function writeRecord(record: LabRecord): Promise<void> {
  const file = recordFile(record.id);
  await writeFile(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

/** Those of all labs; rejects at a file that holds anything else than what `writeRecord` wrote. */
export async function readRecords(): Promise<readonly LabRecord[]> {
  const files = (await readdir(folder)).filter((name) => pattern.test(name));
  return (await Promise.all(files.map((name) => readRecord(join(folder, name))))).flat();
}

export function removeRecord(id: string): Promise<void> {
  return rm(recordFile(id), { force: true });
}

/** None when it went away meanwhile. */
async function readRecord(file: string): Promise<readonly LabRecord[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return [];
  const record: unknown = JSON.parse(text);
  if (Value.Check(LabRecord, record)) return [record];
  throw new Error(`${file} is not the record of a lab: remove it by hand.`);
}
