import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeFrame } from '../../../src/log/embedded/frame.ts';
import { nextOffset, openSegments } from '../../../src/log/embedded/open-segments.ts';
import { segmentPath } from '../../../src/log/embedded/segment.ts';

describe('a partition’s folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slicecast-segments-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function write(offsets: number[], base = offsets[0] ?? 0, generation = 0) {
    const frames = offsets.map((offset) =>
      encodeFrame({ offset, at: offset, key: 'k', json: '1' }),
    );
    await writeFile(segmentPath(folder, base, generation), Buffer.concat(frames));
  }

  test('that is new begins at offset 0', async () => {
    const { segments, tornBytes } = await openSegments(folder);
    expect(segments.map(nextOffset)).toEqual([0]);
    expect(tornBytes).toBe(0);
  });

  test('is found by offset, and an index that does not fit is not believed', async () => {
    await write([0, 1, 2]);
    await write([3, 4]);
    await writeFile(`${segmentPath(folder, 0)}.index`, '{"bytes":1,"blocks":[]}');
    const { segments } = await openSegments(folder);
    expect(segments.map(nextOffset)).toEqual([3, 5]);
  });

  test('has after a crash in the middle of a compaction what the compaction made of it', async () => {
    await write([0, 1, 2]);
    await write([3, 4]);
    await write([5]);
    // Compacted and renamed; the two that it replaces are still there.
    await write([2, 4], 0, 1);
    const { segments } = await openSegments(folder);
    expect(segments.map(({ baseOffset, generation }) => [baseOffset, generation])).toEqual([
      [0, 1],
      [5, 0],
    ]);
    expect((await readdir(folder)).filter((name) => name.endsWith('.log'))).toHaveLength(2);
  });

  test('has after a crash before a compaction got its name what was there before', async () => {
    await write([0, 1, 2]);
    await write([3]);
    await writeFile(`${segmentPath(folder, 0, 1)}.tmp`, 'half of it');
    const { segments } = await openSegments(folder);
    expect(segments.map(nextOffset)).toEqual([3, 4]);
    expect((await readdir(folder)).some((name) => name.endsWith('.tmp'))).toBe(false);
  });
});
