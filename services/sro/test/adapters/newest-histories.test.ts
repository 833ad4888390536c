import { createTestDatabase, type Database, migrate, type Queryable } from '@slicecast/platform';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createChangeStore } from '../../src/adapters/change-store.ts';
import { decidingMigrations } from '../../src/adapters/deciding-migrations.ts';
import { createDecisionStore } from '../../src/adapters/decision-store.ts';
import { createNewestHistories } from '../../src/adapters/newest-histories.ts';
import { createOutcomeStore } from '../../src/adapters/outcome-store.ts';
import { createVerificationStore } from '../../src/adapters/verification-store.ts';
import { aDecision, T0 } from '../domain/samples.ts';

const hourMs = 3_600_000;
let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database, 'sro', decidingMigrations);
});
afterAll(() => database.close());
beforeEach(() => database.query('truncate sro.changes, sro.decisions, sro.change_versions'));

/** Histories of one process, with how many rows the database sent to it. */
function aReader(maxKept?: number) {
  let sent = 0;
  const counting = {
    async query(sql: string, params?: readonly unknown[]) {
      const rows = await database.query(sql, params);
      sent += rows.length;
      return rows;
    },
  };
  const histories = createNewestHistories(counting as unknown as Queryable, maxKept);
  const idsOf = async (...slices: number[]) => {
    const read = await histories(slices.map((sliceId) => ({ sliceId, sinceMs: T0 - hourMs })));
    return slices.map((sliceId) => read.get(sliceId)?.facts.map(({ id }) => id));
  };
  return { histories, idsOf, sent: () => sent };
}

const change = (sliceId: number, at: number) => aDecision({ sliceId, at, action: 'change' });

test('a history is sent once, and again when any process wrote to the changes of its slice', async () => {
  const { idsOf, sent } = aReader();
  const changes = createChangeStore(database);
  await changes.request(change(1, T0), 'decision');
  await changes.request(change(2, T0), 'decision');
  expect(await idsOf(1, 2, 3)).toEqual([[`1-${T0}`], [`2-${T0}`], []]);
  const first = sent();
  expect(await idsOf(1, 2, 3)).toEqual([[`1-${T0}`], [`2-${T0}`], []]);
  expect(sent()).toBe(first);
  await database.query(`update sro.changes set status = 'failed' where slice_id = 2`);
  await changes.request(change(3, T0 + 1), 'manual');
  expect(await idsOf(1, 2, 3)).toEqual([[`1-${T0}`], [`2-${T0}`], [`3-${T0 + 1}`]]);
  expect(sent()).toBe(first + 2);
});

test('whatever is written to a change moves the version of its slice on, and of no other', async () => {
  const { histories } = aReader();
  const changes = createChangeStore(database);
  const outcomes = createOutcomeStore(database);
  const revert = aDecision({ at: T0 + 9, action: 'change', reason: 'worse-than-forecast' });
  const watched = { changeId: `1-${T0}`, feltMs: null };
  const worse = { ...watched, status: 'verifying', verdict: 'worse' } as const;
  const begun = { ...watched, status: 'verifying', verdict: null } as const;
  const applied = { status: 'applied', at: T0 + 1, durationMs: 5, verifyBy: T0 + 99 } as const;
  const error = { code: 'actuator-exit-code', detail: 'no such device' };
  const failed = { status: 'failed', at: T0 + 11, durationMs: 5, error } as const;
  const claim = { owner: 'one', leaseMs: 60_000, limit: 9, except: [`2-${T0 - 1}`] };
  const step = { ...aDecision({ at: T0 + 5 }), verification: begun };
  const writes: [string, () => Promise<unknown>][] = [
    ['requested', () => changes.request(change(1, T0), 'decision')],
    ['claimed', () => changes.claim(claim)],
    ['applied', () => changes.settle(`1-${T0}`, applied)],
    [
      'watched',
      () => outcomes.keep([{ decision: step, change: null, news: false, historyVersion: null }]),
    ],
    ['to be taken back', () => changes.request({ ...revert, verification: worse }, 'revert')],
    ['not taken back', () => changes.settle(revert.id, failed)],
    ['forgotten', () => createDecisionStore(database).forget(T0 + hourMs)],
    ['requested again', () => changes.request(change(1, T0 + 20), 'manual')],
    ['claimed again', () => changes.claim(claim)],
    ['applied again', () => changes.settle(`1-${T0 + 20}`, { ...applied, at: T0 + 21 })],
    ['given up watching', () => createVerificationStore(database).expire(T0 + hourMs)],
  ];
  const versions = async () => {
    const read = await histories([1, 2].map((sliceId) => ({ sliceId, sinceMs: 0 })));
    return [read.get(1)?.version ?? Number.NaN, read.get(2)?.version];
  };
  await changes.request(aDecision({ sliceId: 2, at: T0 - 1, action: 'change' }), 'manual');
  const [, other] = await versions();
  for (const [title, write] of writes) {
    const [before = Number.NaN] = await versions();
    await write();
    const [after] = await versions();
    expect(after, title).toBeGreaterThan(before);
  }
  expect((await versions())[1]).toBe(other);
});

test('what is remembered gives at every later instant what the database gives then', async () => {
  const aChange = fc.record({
    status: fc.constantFrom('verified', 'reverted', 'failed'),
    requestedAgo: fc.integer({ min: 0, max: 30 }),
    settledAfter: fc.option(fc.integer({ min: 0, max: 5 })),
    endedAfter: fc.option(fc.integer({ min: 0, max: 5 })),
    durationMs: fc.option(fc.integer({ min: 1, max: 9 })),
    verdict: fc.constantFrom('as-forecast', 'worse', null),
    to: fc.integer({ min: 1, max: 2 }),
  });
  const instants = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(aChange, { maxLength: 9 }), instants, async (past, hours) => {
      await database.query('truncate sro.changes, sro.change_versions');
      for (const [k, each] of past.entries()) {
        const at = T0 - each.requestedAgo * hourMs - k;
        const after = (h: number | null) => (h === null ? null : at + h * hourMs);
        await database.query(
          `insert into sro.changes (id, tenant_id, slice_id, epoch, origin, reason, from_flavor, to_flavor,
             status, at, settled_at, ended_at, verdict, duration_ms)
           values ($1, 'default', 1, 0, 'decision', 'forecast-violation', 1, $2, $3, $4, $5, $6, $7, $8)`,
          [
            ...[`c${k}`, each.to, each.status, at, after(each.settledAfter)],
            ...[after(each.endedAfter), each.verdict, each.durationMs],
          ],
        );
      }
      const { histories } = aReader();
      for (const hour of hours) {
        const asked = [{ sliceId: 1, sinceMs: T0 + (hour - 1) * hourMs }];
        expect(await histories(asked)).toEqual(await aReader().histories(asked));
      }
    }),
    { numRuns: 60 },
  );
});

test('more than may be kept is read each time', async () => {
  const changes = createChangeStore(database);
  for (const sliceId of [1, 2, 3]) await changes.request(change(sliceId, T0), 'decision');
  const { idsOf, sent } = aReader(4);
  for (let round = 1; round <= 3; round += 1) {
    expect(await idsOf(1, 2, 3)).toEqual([[`1-${T0}`], [`2-${T0}`], [`3-${T0}`]]);
  }
  expect(sent()).toBeGreaterThan(3);
  const before = sent();
  await idsOf(3);
  expect(sent()).toBe(before);
});
