import { createTestDatabase, migrate } from '@slicecast/platform';
import { expect, test } from 'vitest';
import { createChangeStore } from '../../src/adapters/change-store.ts';
import { decidingMigrations } from '../../src/adapters/deciding-migrations.ts';

test('changes of before they were verified are over: none waits to be watched, and one more can be asked for', async () => {
  const database = await createTestDatabase();
  await migrate(database, 'sro', decidingMigrations.slice(0, 1));
  const insert = (id: string, status: string, settledAt: number | null) =>
    database.query(
      `insert into sro.changes (id, tenant_id, slice_id, epoch, origin, reason, from_flavor, to_flavor, status, at, settled_at)
       values ($1, 'default', 1, 0, 'decision', 'forecast-violation', 1, 2, $2, 1000, $3)`,
      [id, status, settledAt],
    );
  await insert('1-1', 'applied', 2000);
  await insert('1-2', 'applied', 3000);
  await insert('1-3', 'failed', 4000);
  await insert('1-4', 'applying', null);
  await migrate(database, 'sro', decidingMigrations);
  const changes = createChangeStore(database);
  const told = await changes.list(1, { limit: 9 });
  expect(told.map(({ id, status, verdict, endedAt }) => [id, status, verdict, endedAt])).toEqual([
    ['1-4', 'applying', null, null],
    ['1-3', 'failed', null, null],
    ['1-2', 'verified', 'unjudged', 3000],
    ['1-1', 'verified', 'unjudged', 2000],
  ]);
  await changes.settle('1-4', { status: 'applied', at: 5000, durationMs: 7, verifyBy: 9000 });
  const { facts, measured } = await changes.history(1, 1000);
  expect(facts.find(({ id }) => id === '1-4')).toMatchObject({
    status: 'applied',
    settledAt: 5000,
  });
  expect(await changes.get('1-4')).toMatchObject({ verifyBy: 9000 });
  expect(measured).toEqual([{ durationMs: 7, feltMs: null }]);
  await database.close();
});
