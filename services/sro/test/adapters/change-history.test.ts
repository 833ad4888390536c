import { createTestDatabase, migrate } from '@slicecast/platform';
import { expect, test } from 'vitest';
import { createChangeStore } from '../../src/adapters/change-store.ts';
import { decidingMigrations } from '../../src/adapters/deciding-migrations.ts';
import { revertPauseDefaults } from '../../src/domain/revert-pause.ts';

const now = 1_700_000_000_000;
const hourAgo = now - 3_600_000;
const dayAgo = hourAgo - revertPauseDefaults.rememberedSeconds * 1000;

interface Row {
  readonly id: string;
  readonly slice: number;
  readonly status: string;
  readonly at: number;
  readonly settledAt?: number;
  readonly endedAt?: number;
  readonly verdict?: string;
  readonly durationMs?: number;
  readonly to?: number;
}

async function withChanges(rows: readonly Row[]) {
  const database = await createTestDatabase();
  await migrate(database, 'sro', decidingMigrations);
  for (const { id, slice, status, at, to = 2, ...ends } of rows) {
    const { settledAt = null, endedAt = null, verdict = null, durationMs = null } = ends;
    await database.query(
      `insert into sro.changes (id, tenant_id, slice_id, epoch, origin, reason, from_flavor, to_flavor,
         status, at, settled_at, ended_at, verdict, duration_ms)
       values ($1, 'default', $2, 0, 'decision', 'forecast-violation', 1, $3, $4, $5, $6, $7, $8, $9)`,
      [id, slice, to, status, at, settledAt, endedAt, verdict, durationMs],
    );
  }
  const ids = async (slices: readonly number[]) => {
    const asked = slices.map((sliceId) => ({ sliceId, sinceMs: hourAgo }));
    const histories = await createChangeStore(database).histories(asked);
    return slices.map((slice) => histories.get(slice)?.facts.map(({ id }) => id));
  };
  return { ids, close: () => database.close() };
}

test('what counts for a tick is found by whatever makes it count, once, the newest first', async () => {
  const { ids, close } = await withChanges([
    { id: 'open since long', slice: 1, status: 'applying', at: hourAgo - 9 },
    { id: 'in force since long', slice: 1, status: 'verifying', at: hourAgo - 8, settledAt: 1 },
    { id: 'asked for within', slice: 1, status: 'failed', at: now },
    { id: 'settled within', slice: 1, status: 'failed', at: hourAgo - 7, settledAt: hourAgo },
    { id: 'neither', slice: 1, status: 'failed', at: hourAgo - 6, settledAt: hourAgo - 1 },
    { id: 'of another slice', slice: 2, status: 'requested', at: now },
  ]);
  expect(await ids([1, 2, 3])).toEqual([
    ['asked for within', 'settled within', 'in force since long', 'open since long'],
    ['of another slice'],
    [],
  ]);
  await close();
});

test('the five newest that were measured are kept, however old', async () => {
  const measured = Array.from({ length: 7 }, (_, k) => ({
    id: `measured ${k}`,
    slice: 1,
    status: 'verified',
    at: k,
    settledAt: k,
    durationMs: 5,
  }));
  const failed = { id: 'failed', slice: 1, status: 'failed', at: 9, settledAt: 9, durationMs: 5 };
  const { ids, close } = await withChanges([...measured, failed]);
  expect(await ids([1])).toEqual([[6, 5, 4, 3, 2].map((k) => `measured ${k}`)]);
  await close();
});

test('a revert counts for a day, or until its flavor was as forecast again', async () => {
  const reverted = (id: string, to: number, endedAt: number) => ({
    ...{ id, slice: 1, status: 'reverted', verdict: 'worse', to },
    ...{ at: endedAt - 9, settledAt: endedAt - 5, endedAt },
  });
  const { ids, close } = await withChanges([
    reverted('forgotten', 2, dayAgo - 1),
    reverted('remembered', 2, dayAgo),
    reverted('made up for', 3, dayAgo + 1),
    {
      ...{ id: 'as forecast', slice: 1, status: 'verified', verdict: 'as-forecast', to: 3 },
      ...{ at: dayAgo + 2, settledAt: dayAgo + 3, endedAt: dayAgo + 4 },
    },
  ]);
  expect(await ids([1])).toEqual([['remembered']]);
  await close();
});
