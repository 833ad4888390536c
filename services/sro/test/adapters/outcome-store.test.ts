import type { SliceDecision } from '@slicecast/contracts';
import { createTestDatabase, type Database, migrate } from '@slicecast/platform';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createChangeStore } from '../../src/adapters/change-store.ts';
import { decidingMigrations } from '../../src/adapters/deciding-migrations.ts';
import { createDecisionStore } from '../../src/adapters/decision-store.ts';
import { createOutcomeStore } from '../../src/adapters/outcome-store.ts';
import type { Outcome } from '../../src/deciding-ports.ts';
import { aDecision, T0 } from '../domain/samples.ts';

let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database, 'sro', decidingMigrations);
});
afterAll(() => database.close());
beforeEach(() => database.query('truncate sro.changes, sro.decisions, sro.change_versions'));

const asks = (sliceId: number, changes: Partial<SliceDecision> = {}): Outcome => ({
  decision: aDecision({ sliceId, action: 'change', ...changes }),
  change: 'decision',
  news: false,
  historyVersion: null,
});
const keeps = (sliceId: number, news: boolean, changes: Partial<SliceDecision> = {}): Outcome => ({
  decision: aDecision({ sliceId, ...changes }),
  change: null,
  news,
  historyVersion: 0,
});

function stores() {
  const changes = createChangeStore(database);
  return { changes, ...createOutcomeStore(database), decisions: createDecisionStore(database) };
}

/** A change of the slice that is in force and waits to be verified. */
async function inForce(sliceId: number): Promise<string> {
  const { changes } = stores();
  const before = aDecision({ sliceId, at: T0 - 9000, action: 'change' });
  await changes.request(before, 'decision');
  await changes.settle(before.id, {
    ...{ status: 'applied', at: T0 - 8000, durationMs: 5, verifyBy: T0 + 99_000 },
  });
  return before.id;
}

test('changes and news of a batch are written at once, and what is neither is not', async () => {
  const { keep, changes, decisions } = stores();
  const created = await keep([asks(1), keeps(2, true), keeps(3, false), asks(4)]);
  expect(created).toEqual(new Set([`1-${T0}`, `4-${T0}`]));
  expect(await changes.get(`4-${T0}`)).toMatchObject({
    ...{ sliceId: 4, origin: 'decision', reason: 'forecast-violation', status: 'requested' },
    ...{ fromFlavor: 1, toFlavor: 2, epoch: 0, at: T0 },
  });
  expect(await decisions.get(`1-${T0}`)).toEqual(asks(1).decision);
  expect(await decisions.get(`2-${T0}`)).toEqual(keeps(2, true).decision);
  expect(await decisions.get(`3-${T0}`)).toBeUndefined();
});

test('a batch that comes again creates nothing, and changes nothing', async () => {
  const { keep, changes } = stores();
  const batch = [asks(1), keeps(2, true)];
  await keep(batch);
  const before = await changes.get(`1-${T0}`);
  expect(await keep(batch)).toEqual(new Set());
  expect(await changes.get(`1-${T0}`)).toEqual(before);
});

test('no change is created beside an open one, nor where the changes are not those it was decided by', async () => {
  const { keep, changes, decisions } = stores();
  await changes.request(aDecision({ sliceId: 1, at: T0 - 1, action: 'change' }), 'manual');
  await inForce(2);
  const read = await changes.histories([1, 2, 3].map((sliceId) => ({ sliceId, sinceMs: 0 })));
  const versionOf = (sliceId: number) => read.get(sliceId)?.version ?? Number.NaN;
  await database.query(`update sro.changes set felt_ms = 1 where slice_id = 2`);
  const batch = [1, 2, 3].map((id) => ({ ...asks(id), historyVersion: versionOf(id) }));
  expect(await keep(batch)).toEqual(new Set([`3-${T0}`]));
  expect(await decisions.get(`2-${T0}`)).toBeUndefined();
  expect(await changes.list(2, { limit: 9 })).toMatchObject([{ status: 'applied' }]);
});

const steps = [
  ['begins', { status: 'verifying', verdict: null, feltMs: null }, 'verifying', null],
  ['ends', { status: 'verified', verdict: 'as-forecast', feltMs: 7 }, 'verified', T0],
] as const;

test.each(steps)(
  'a verification that %s is advanced, once',
  async (_title, step, status, ended) => {
    const { keep, changes } = stores();
    const changeId = await inForce(1);
    const verification = { changeId, ...step };
    await keep([keeps(1, false, { verification })]);
    const { verdict, feltMs } = step;
    expect(await changes.get(changeId)).toMatchObject({ status, verdict, feltMs, endedAt: ended });
    const late = { changeId, status: 'verified', verdict: 'unjudged', feltMs: null } as const;
    await keep([keeps(1, false, { at: T0 + 1000, verification: late })]);
    const isOver = status === 'verified';
    expect((await changes.get(changeId))?.verdict).toBe(isOver ? verdict : 'unjudged');
  },
);

test.each([
  ['began', steps[0][1], 'overtaken'],
  ['ended', steps[1][1], 'as-forecast'],
] as const)(
  'a change that is asked for with the tick whose verification %s leaves the one before as %s',
  async (_title, step, verdict) => {
    const { keep, changes } = stores();
    const changeId = await inForce(1);
    const other = await inForce(2);
    await keep([asks(1, { verification: { changeId, ...step } }), keeps(2, false)]);
    expect(await changes.get(changeId)).toMatchObject({ status: 'verified', verdict, endedAt: T0 });
    expect(await changes.get(`1-${T0}`)).toMatchObject({ status: 'requested' });
    expect(await changes.get(other)).toMatchObject({ status: 'applied', verdict: null });
  },
);
