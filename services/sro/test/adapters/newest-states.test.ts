import { createTestDatabase, type Database, migrate, type Queryable } from '@slicecast/platform';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { coreMigrations } from '../../src/adapters/migrations.ts';
import { createNewestStates } from '../../src/adapters/newest-states.ts';
import { createSliceStore } from '../../src/adapters/slice-store.ts';
import { exampleFile } from '../fakes/start-test-sro.ts';

let database: Database;
let slices: ReturnType<typeof createSliceStore>;
/** States that the database sent, over all queries. */
let sent: number;
let newest: ReturnType<typeof createNewestStates>;

beforeEach(async () => {
  database = await createTestDatabase();
  await migrate(database, 'sro', coreMigrations);
  slices = createSliceStore(
    database,
    () => 1_000,
    () => undefined,
  );
  const [definition] = exampleFile().slices ?? [];
  if (definition === undefined) throw new Error('the example has a slice');
  for (const id of [1, 2, 3]) {
    await database.transaction((tx) => slices.create(tx, { ...definition, id }, 'api', 1_000));
  }
  sent = 0;
  const counting = {
    async query(sql: string, params?: readonly unknown[]) {
      const rows = await database.query<{ state: unknown }>(sql, params);
      sent += rows.filter(({ state }) => state !== null).length;
      return rows;
    },
  };
  newest = createNewestStates(counting as unknown as Queryable);
});
afterEach(() => database.close());

test('gives the states as they are, and each version is sent once', async () => {
  expect([...(await newest([1, 3])).keys()].sort()).toEqual([1, 3]);
  await newest([1, 3]);
  expect(sent).toBe(2);
  await slices.update(3, (state) => ({ ...state, paused: true }));
  const states = await newest([1, 3]);
  expect(sent).toBe(3);
  expect(states.get(3)).toEqual(await slices.get(3));
  expect(states.get(1)?.paused).toBe(false);
});

test('gives all when none are named, and neither unknown ones nor those deleted', async () => {
  await newest([2]);
  expect([...(await newest()).keys()].sort()).toEqual([1, 2, 3]);
  expect(sent).toBe(3);
  await slices.update(2, (state) => ({ ...state, deleted: true }));
  expect([...(await newest()).keys()].sort()).toEqual([1, 3]);
  expect([...(await newest([2, 9])).keys()]).toEqual([]);
});
