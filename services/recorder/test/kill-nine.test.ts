import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startFakeInfluxdb } from './fakes/fake-influxdb.ts';

const total = 6000;

test('numbered samples are neither lost nor doubled at the far end when the process is killed again and again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'slicecast-recorder-'));
  const influx = await startFakeInfluxdb(1);
  const points = () => influx.points('selected-metrics');
  let child: ChildProcess | undefined;
  try {
    for (const share of [0.05, 0.2, 0.4, 0.6, 0.8, 1]) {
      child = start(directory, influx.url);
      await vi.waitFor(() => expect(points().length).toBeGreaterThanOrEqual(total * share), {
        timeout: 30_000,
        interval: 1,
      });
      await kill(child);
    }
    const numbers = points().map(({ fields }) => Number(fields.value));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, n) => n));
  } finally {
    if (child !== undefined) await kill(child);
    await influx.close();
    await rm(directory, { recursive: true });
  }
}, 120_000);

function start(directory: string, url: string): ChildProcess {
  const script = join(import.meta.dirname, 'fakes/record-until-killed.ts');
  const env = { ...process.env, INFLUX_URL: url, INFLUX_VERSION: '1', RECORDER_PORT: '0' };
  return spawn(process.execPath, [script, directory, String(total)], { env, stdio: 'inherit' });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
