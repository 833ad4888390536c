import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Runs a script that prints a number for each thing it has acknowledged, kills it after so many, and gives the last one. */
export async function lastAcknowledged(
  script: URL,
  folder: string,
  after: number,
): Promise<number> {
  const writer = spawn(process.execPath, [fileURLToPath(script), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = -1;
  let count = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    last = Number(line);
    count += 1;
    if (count === after) writer.kill('SIGKILL');
  }
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
  return last;
}
