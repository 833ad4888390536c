import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test, vi } from 'vitest';
import { describeWhereAvailable } from '../../src/servers/for-tests.ts';
import { servers } from '../../src/servers/list.ts';

const script = join(import.meta.dirname, '../../src/servers/main.ts');
const cache = await mkdtemp(join(tmpdir(), 'slicecast-cache-'));
const env = { ...process.env, SLICECAST_CACHE: cache };
const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, [script, ...args], { env });
const file = join(cache, 'servers.json');
const written = async () => JSON.parse(await readFile(file, 'utf8'));

afterAll(async () => {
  await run('down');
  await rm(cache, { recursive: true });
});

test.each([[[]], [['up', 'mysql']], [['toString']]])('answers %j with the usage', async (args) => {
  await expect(run(...args)).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('npm run servers -- <command>'),
  });
});

test('refuses a list of servers that it did not write, and leaves it', async () => {
  await writeFile(file, '[{"pid": 1}]');
  await expect(run('down')).rejects.toMatchObject({
    stderr: expect.stringContaining('is not a list of servers'),
  });
  expect(existsSync(file)).toBe(true);
  await rm(file);
});

test('does not end a process that merely has the number of a server', async () => {
  const other = { name: 'kafka', address: '127.0.0.1:9', folder: join(cache, 'none') };
  await writeFile(file, JSON.stringify([{ ...other, pid: process.pid, processStart: 'earlier' }]));
  expect((await run('status')).stdout).toBe('No server is up.\n');
  expect(existsSync(file)).toBe(false);
});

await describeWhereAvailable('with Prometheus', servers.prometheus.fetch, () => {
  test('keeps a server up after its own end, once, until it is taken down', async () => {
    const { stdout } = await run('up', 'prometheus');
    const [, url = ''] = /^export PROMETHEUS_URL=(http:\S+)\n$/.exec(stdout) ?? [];
    expect((await fetch(`${url}/-/ready`)).ok).toBe(true);
    expect((await run('up', 'prometheus')).stdout).toBe(stdout);
    expect((await run('status')).stdout).toContain(url);
    const [{ folder }] = await written();
    await run('down');
    await expect(fetch(url)).rejects.toThrow();
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  test('clears away what is left of a server that died, and starts another', async () => {
    await run('up', 'prometheus');
    const [died] = await written();
    process.kill(died.pid, 'SIGKILL');
    await vi.waitFor(async () => expect((await run('status')).stdout).toBe('No server is up.\n'), {
      timeout: 20_000,
    });
    expect(existsSync(died.folder)).toBe(false);
    await run('up', 'prometheus');
    const [started, ...others] = await written();
    expect(started.pid).not.toBe(died.pid);
    expect(others).toEqual([]);
    await run('down');
  });
});
