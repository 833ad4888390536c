import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { isRunning, knownProcess } from '../../src/servers/known-process.ts';
import { startHttpServer } from './support/http-server.ts';

const pidAt = async (address: string) => Number(await (await fetch(address)).text());

test('stops a server and removes its folder', async () => {
  const server = await startHttpServer();
  expect(await pidAt(server.address)).toBe(server.pid);
  const known = await knownProcess(server.pid);
  await server.stop();
  expect(await isRunning(known)).toBe(false);
  expect(existsSync(server.folder)).toBe(false);
});

test('kills a server, and starts it again with the same address and folder', async () => {
  const server = await startHttpServer();
  const { pid, address, folder } = server;
  await server.kill();
  await expect(fetch(address)).rejects.toThrow();
  expect(existsSync(folder)).toBe(true);
  await server.restart();
  expect(server).toMatchObject({ address, folder });
  expect(server.pid).not.toBe(pid);
  expect(await pidAt(address)).toBe(server.pid);
  await server.stop();
});

test('tells what a server wrote that ended at its start, and leaves nothing of it', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'slicecast-empty-'));
  vi.stubEnv('TMPDIR', empty);
  const started = startHttpServer(`console.error('no such option'); process.exit(1);`);
  await expect(started).rejects.toThrow(/ended at its start.*no such option/s);
  expect(await readdir(empty)).toEqual([]);
  vi.unstubAllEnvs();
  await rm(empty, { recursive: true });
});

test('takes the server and its folder along when the starting process is killed', async () => {
  const script = fileURLToPath(new URL('./support/start-and-wait.ts', import.meta.url));
  const starter = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: starter.stdout })) {
    const { pid, folder } = JSON.parse(line);
    const known = await knownProcess(pid);
    expect(await isRunning(known)).toBe(true);
    starter.kill('SIGKILL');
    await vi.waitFor(
      async () => {
        expect(await isRunning(known)).toBe(false);
        expect(existsSync(folder)).toBe(false);
      },
      { timeout: 20_000 },
    );
    return;
  }
  throw new Error('the starter printed nothing');
});
