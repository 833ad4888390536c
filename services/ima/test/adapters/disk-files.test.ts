import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDiskFiles } from '../../src/adapters/disk-files.ts';
import { createMemoryFiles } from '../../src/adapters/memory-files.ts';
import type { ExtractionFiles } from '../../src/ports.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slicecast-files-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function* bytes(...chunks: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield new TextEncoder().encode(chunk);
}

async function read(files: ExtractionFiles, key: string): Promise<string | undefined> {
  const found = await files.read(key);
  if (found === undefined) return undefined;
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of found) text += decoder.decode(chunk, { stream: true });
  return text;
}

test.each(['disk', 'memory'])(
  'files on %s are whole, listed and gone when removed',
  async (kind) => {
    const files = kind === 'disk' ? createDiskFiles(join(directory, 'new')) : createMemoryFiles();
    expect(await files.list()).toEqual([]);
    await files.write('1-5', bytes('a', 'b'));
    expect(await read(files, '1-5')).toBe('ab');
    expect(await files.list()).toEqual(['1-5']);
    await files.remove('1-5');
    expect(await read(files, '1-5')).toBeUndefined();
  },
);

test('what broke off in the middle is not there, but can be removed', async () => {
  const files = createDiskFiles(directory);
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield* bytes('half');
    throw new Error('the source broke off');
  }
  await expect(files.write('1-5', broken())).rejects.toThrow('broke off');
  expect(await read(files, '1-5')).toBeUndefined();
  for (const key of await files.list()) await files.remove(key);
  expect(await readdir(directory)).toEqual([]);
});
