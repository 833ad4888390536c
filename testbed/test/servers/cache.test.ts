import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchOnce } from '../../src/servers/cache.ts';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'slicecast-cache-'));
  process.env.SLICECAST_CACHE = cache;
});
afterEach(() => rm(cache, { recursive: true, force: true }));

const program = (text: string) => (folder: string) => writeFile(join(folder, 'program'), text);

test('fetches once for all who ask at the same time and later', async () => {
  let fetched = 0;
  const fetch = () =>
    fetchOnce('server-1', async (folder) => {
      fetched += 1;
      await program('whole')(folder);
    });
  const folders = await Promise.all([fetch(), fetch(), fetch()]);
  expect(new Set([...folders, await fetch()])).toEqual(new Set([join(cache, 'server-1')]));
  expect(fetched).toBe(1);
  expect(await readFile(join(cache, 'server-1', 'program'), 'utf8')).toBe('whole');
});

test('takes nothing for whole that was cut off, and fetches it anew', async () => {
  await mkdir(join(cache, 'server-1.partial'));
  await program('half')(join(cache, 'server-1.partial'));
  const folder = await fetchOnce('server-1', async (empty) => {
    expect(await readdir(empty)).toEqual([]);
    await program('whole')(empty);
  });
  expect(await readFile(join(folder, 'program'), 'utf8')).toBe('whole');
});

test('tells why a fetch failed, and tries again the next time', async () => {
  const refused = fetchOnce('server-1', async () => {
    throw new Error('no network');
  });
  await expect(refused).rejects.toThrow('no network');
  await fetchOnce('server-1', program('whole'));
  expect(await readdir(cache)).toContain('server-1');
});
