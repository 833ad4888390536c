import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from '../servers/find-program.ts';

const run = promisify(execFile);

/**
 * What runs a command before all other work of the machine, whose bursts would be felt as the link's
 * otherwise: `chrt` with the lowest real-time priority. Nothing where it is not there or root is refused that
 * (a container without CAP_SYS_NICE); the lab works all the same, and its KPI is noisier.
 */
export async function realTimePrefix(): Promise<readonly string[]> {
  const chrt = await findProgram('chrt');
  if (chrt === undefined) return [];
  const prefix = [chrt, '--rr', '1'];
  return run(chrt, ['--rr', '1', 'true']).then(
    () => prefix,
    () => [],
  );
}
