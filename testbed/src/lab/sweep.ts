import { endProcess, isRunning } from '../servers/known-process.ts';
import { clearLab } from './clear-lab.ts';
import { labOfName } from './network/layout.ts';
import { namesInUse } from './network/namespaces.ts';
import { type LabRecord, readRecords } from './record.ts';

/** Labs whose owner lives. */
export async function runningLabs(): Promise<readonly LabRecord[]> {
  const records = await readRecords();
  const alive = await Promise.all(records.map(isRunning));
  return records.filter((_, index) => alive[index]);
}

/** Removes what labs have left whose owner died, together with its guard; resolves to their ids. */
export async function sweep(ip: string): Promise<readonly string[]> {
  const before = await namesInUse(ip);
  // Read after the names: a lab has its record before its first name.
  const records = await readRecords();
  const named = new Set(before.flatMap((name) => labOfName(name) ?? []));
  const dead = new Map<string, string>();
  for (const id of named) {
    if (!records.some((record) => record.id === id)) dead.set(id, '');
  }
  for (const record of records) {
    if (!(await isRunning(record))) dead.set(record.id, record.folder);
  }
  for (const [id, folder] of dead) await clearLab(ip, { id, folder });
  return [...dead.keys()];
}

/** Ends the labs of a purpose and sweeps; those of another stay while their owner lives. */
export async function takeDown(ip: string, purpose: string): Promise<readonly string[]> {
  const ended = (await runningLabs()).filter((lab) => lab.purpose === purpose);
  for (const lab of ended) await endProcess(lab, 'SIGTERM');
  return [...ended.map(({ id }) => id), ...(await sweep(ip))];
}
