import { type SliceState, topics } from '@slicecast/contracts';
import { createMemoryLog, createTestDatabase, type Database, migrate } from '@slicecast/platform';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLease } from '../../src/adapters/lease.ts';
import { coreMigrations } from '../../src/adapters/migrations.ts';
import { createSliceStore } from '../../src/adapters/slice-store.ts';
import { drainOutbox } from '../../src/loops/publish-outbox.ts';
import { exampleFile } from '../fakes/start-test-sro.ts';

let database: Database;
beforeEach(async () => {
  database = await createTestDatabase();
  await migrate(database, 'sro', coreMigrations);
});
afterEach(() => database.close());

function lease(owner = 'a', forMs = 5000) {
  return createLease(database, { name: 'outbox', owner, forMs });
}

async function published(log: ReturnType<typeof createMemoryLog>): Promise<SliceState[]> {
  const found: SliceState[] = [];
  const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  for await (const { value } of log.readByTime({ topic: topics.sliceStates, ...all })) {
    found.push(value);
  }
  return found;
}

async function makeSlice() {
  const slices = createSliceStore(
    database,
    () => 1_000,
    () => undefined,
  );
  const [definition] = exampleFile().slices ?? [];
  if (definition === undefined) throw new Error('the example has a slice');
  await database.transaction((tx) => slices.create(tx, definition, 'api', 1_000));
  return slices;
}

test('states of a slice are published in order, and leave the outbox', async () => {
  const slices = await makeSlice();
  await slices.update(1, (state) => ({ ...state, forecasting: true }));
  await slices.update(1, (state) => ({ ...state, paused: true }));
  const log = createMemoryLog();
  await drainOutbox(database, log, lease());
  expect((await published(log)).map(({ version }) => version)).toEqual([1, 2, 3]);
  expect(await database.query('select id from sro.outbox')).toEqual([]);
});

test('what the log did not take stays for the next round', async () => {
  await makeSlice();
  const log = createMemoryLog();
  const broken = { ...log, append: () => Promise.reject(new Error('no leader')) };
  await expect(drainOutbox(database, broken, lease())).rejects.toThrow('no leader');
  await drainOutbox(database, log, lease());
  expect(await published(log)).toHaveLength(1);
});

test('a row that commits late under a lower id is published all the same', async () => {
  await makeSlice();
  await database.query(
    `with taken as (delete from sro.outbox returning slice_id, state, at)
     insert into sro.outbox (id, slice_id, state, at) overriding system value
     select 12, slice_id, state, at from taken`,
  );
  const log = createMemoryLog();
  let late = true;
  const slow: typeof log = {
    ...log,
    async append(topic, messages) {
      if (late) {
        late = false;
        await database.query(
          `insert into sro.outbox (id, slice_id, state, at) overriding system value
           select 11, slice_id, jsonb_set(state, '{name}', '"late"'), at from sro.outbox`,
        );
      }
      return log.append(topic, messages);
    },
  };
  await drainOutbox(database, slow, lease());
  expect((await published(log)).map(({ name }) => name)).toEqual(['cassandra-reads', 'late']);
});

test('of two replicas one publishes at a time', async () => {
  await makeSlice();
  expect(await lease('other').hold()).toBe(true);
  const log = createMemoryLog();
  await drainOutbox(database, log, lease());
  expect(await published(log)).toEqual([]);
  await lease('other').release();
  await drainOutbox(database, log, lease());
  expect(await published(log)).toHaveLength(1);
});

test('one whose lease ran out while the log was slow has the newest state published again', async () => {
  const slices = await makeSlice();
  const log = createMemoryLog();
  const slow: typeof log = {
    ...log,
    async append(topic, messages) {
      await database.query('delete from sro.leases');
      await lease('other').hold();
      await slices.update(1, (state) => ({ ...state, name: 'newer' }));
      return log.append(topic, messages);
    },
  };
  await drainOutbox(database, slow, lease());
  await lease('other').release();
  await drainOutbox(database, log, lease());
  expect((await published(log)).at(-1)).toMatchObject({ name: 'newer', version: 2 });
});
