import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { takeLockFile } from '../../src/files/lock-file.ts';
import { processStartOf } from '../../src/files/process-start.ts';

describe('a lock file', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slicecast-lock-'));
    path = join(folder, 'lock');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('names the process that holds it, and goes with it', async () => {
    const lock = await takeLockFile(path, 'The log');
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('is held once, even within one process', async () => {
    const lock = await takeLockFile(path, 'The log');
    const again = takeLockFile(join(folder, '.', 'lock'), 'The log');
    await expect(again).rejects.toMatchObject({ code: 'folder-in-use', status: 503 });
    await lock.release();
  });

  test('of a living process is respected, and of one that has ended taken over', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: 'ignore',
    });
    const { pid } = other;
    if (pid === undefined) throw new Error('it did not start');
    const processStart = await processStartOf(pid);
    await writeFile(path, JSON.stringify({ pid, host: hostname(), processStart, id: 'other' }));
    await expect(takeLockFile(path, 'The log')).rejects.toThrow(`in use by process ${pid}`);
    other.kill('SIGKILL');
    await once(other, 'exit');
    await (await takeLockFile(path, 'The log')).release();
  });

  test.each([
    [
      'another process that got the same number',
      { pid: process.ppid, processStart: 'another boot 1' },
    ],
    [
      'this process’s number from before a restart of the machine',
      { pid: process.pid, processStart: 'x' },
    ],
    ['no process at all', { pid: 0, processStart: null }],
  ])('of %s is taken over', async (_title, holder) => {
    if ((await processStartOf(process.pid)) === null && holder.pid === process.ppid) return;
    await writeFile(path, JSON.stringify({ ...holder, host: hostname(), id: 'stale' }));
    await (await takeLockFile(path, 'The log')).release();
  });

  test('is taken by one of many who find it stale', async () => {
    await writeFile(path, '{');
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, () => takeLockFile(path, 'The log')),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
