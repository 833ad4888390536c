import { createMemoryLog, createTestDatabase, migrate } from '@slicecast/platform';
import { expect, test } from 'vitest';
import { createChangeStore } from '../src/adapters/change-store.ts';
import { decidingMigrations } from '../src/adapters/deciding-migrations.ts';
import { createOutcomeStore } from '../src/adapters/outcome-store.ts';
import { createVerificationStore } from '../src/adapters/verification-store.ts';
import { aDecision, T0 } from './domain/samples.ts';
import { startTestSro, startUpstreams } from './fakes/start-test-sro.ts';

test('two replicas that start at once on an empty database migrate it once, and both are ready', async () => {
  const [database, upstreams] = [await createTestDatabase(), await startUpstreams()];
  const log = createMemoryLog();
  const start = () => startTestSro({ database, log, upstreams });
  const replicas = await Promise.all([start(), start()]);
  for (const { url } of replicas) {
    const ready = await fetch(`${url}/ready`);
    expect(await ready.json()).toMatchObject({ ready: true });
  }
  const applied = await database.query('select id from sro.migrations');
  expect(applied.length).toBeGreaterThan(0);
  for (const replica of replicas) await replica.stop();
  await upstreams.close();
  await database.close();
});

test('replicas that ask for changes of the same slices at once do not wait in a circle, and of each slice one is created', async () => {
  const database = await createTestDatabase();
  await migrate(database, 'sro', decidingMigrations);
  const changes = createChangeStore(database);
  const { keep } = createOutcomeStore(database);
  const { expire } = createVerificationStore(database);
  const ids = Array.from({ length: 30 }, (_, k) => k + 1);
  const asked = (sliceId: number, name: string) =>
    aDecision({ sliceId, id: `${sliceId}-${name}`, action: 'change' });
  const applied = { status: 'applied', at: T0 - 9, durationMs: 5, verifyBy: T0 } as const;
  for (const id of ids) {
    await changes.request(asked(id, 'before'), 'manual');
    await changes.settle(`${id}-before`, applied);
  }
  const batch = (name: string, order: readonly number[]) =>
    keep(
      order.map((id) => ({
        decision: {
          ...asked(id, name),
          verification: {
            ...{ changeId: `${id}-before`, status: 'verified', verdict: 'unjudged', feltMs: null },
          } as const,
        },
        ...{ change: id % 2 === 0 ? 'decision' : null, news: false, historyVersion: null },
      })),
    );
  const readers = createChangeStore(database);
  await Promise.all([
    batch('of-one', ids),
    batch('of-another', ids.toReversed()),
    expire(T0 + 1),
    ...ids.map((id) => changes.request(asked(id, 'by-hand'), 'manual')),
    changes.claim({ owner: 'one', leaseMs: 60_000, limit: 100, except: [] }),
    readers.histories(ids.map((sliceId) => ({ sliceId, sinceMs: 0 }))),
  ]);
  for (const id of ids) {
    const told = await changes.list(id, { limit: 9 });
    const open = told.filter(({ status }) => status === 'requested' || status === 'applying');
    expect(open, `slice ${id}`).toHaveLength(1);
    const before = told.find((each) => each.id === `${id}-before`);
    expect(before).toMatchObject({ status: 'verified' });
  }
  // Whatever the order was, what is remembered is what the database has.
  const all = ids.map((sliceId) => ({ sliceId, sinceMs: 0 }));
  expect(await readers.histories(all)).toEqual(await createChangeStore(database).histories(all));
  await database.close();
}, 60_000);
