import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/index.ts';
import { lastAcknowledged } from '../kill-in-the-middle.ts';
import { describeDatabase } from './database-behaviour.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slicecast-database-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describeDatabase('the database on a folder', () => openDatabase({ dataDir: join(folder, 'own') }));

describe('the database on a folder', () => {
  test('leaves the event loop free while it works', async () => {
    const database = await openDatabase({ dataDir: join(folder, 'busy') });
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 5);
    await database.query('select count(*) from generate_series(1, 2000000)');
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
    await database.close();
  });

  test('is refused while another opener has it, and free again after that one closed it', async () => {
    const dataDir = join(folder, 'shared');
    const database = await openDatabase({ dataDir });
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({ code: 'folder-in-use' });
    await database.close();
    await (await openDatabase({ dataDir })).close();
  });

  test('has every row that was acknowledged when its process is killed in the middle', async () => {
    const dataDir = join(folder, 'killed');
    const script = new URL('./write-until-killed.ts', import.meta.url);
    const acknowledged = [
      await lastAcknowledged(script, dataDir, 30),
      await lastAcknowledged(script, dataDir, 70),
    ];
    const database = await openDatabase({ dataDir });
    const rows = await database.query<{ n: number }>('select n from acknowledged order by n');
    const kept = new Set(rows.map(({ n }) => n));
    for (const last of acknowledged) expect(kept.has(last)).toBe(true);
    expect(rows.length).toBeGreaterThanOrEqual(70);
    await database.close();
  });

  test('takes over a lock that is no longer anyone’s', async () => {
    const dataDir = join(folder, 'stale');
    await (await openDatabase({ dataDir })).close();
    await writeFile(join(dataDir, 'lock'), 'half a lo');
    await (await openDatabase({ dataDir })).close();
  });
});
