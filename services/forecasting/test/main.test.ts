import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slicecast-main-'));
  await writeFile(join(directory, 'slicecast.yaml'), 'sources: []\nactuators: []\n');
});
afterAll(() => rm(directory, { recursive: true }));

/** The process, with the lines that it has said so far. */
function run(env: Record<string, string>) {
  const main = new URL('../src/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, SLICECAST_FILE: join(directory, 'slicecast.yaml'), ...env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  return { child, said: () => said };
}

test('a bad environment ends it with one message that names every variable', async () => {
  const { child, said } = run({ FORECASTING_PORT: 'high', FORECASTING_MAX_QUEUED: '0' });
  const [code] = await once(child, 'exit');
  expect(code).not.toBe(0);
  expect(said()).toMatch(/FORECASTING_PORT[\s\S]*FORECASTING_MAX_QUEUED/);
});
