import type { Change, ChangeOrigin, SliceDecision } from '@slicecast/contracts';
import { AppError, type Database, type Queryable } from '@slicecast/platform';
import type {
  ChangeHistory,
  ChangeReader,
  ChangeStore,
  Requested,
  Settlement,
} from '../deciding-ports.ts';
import { revertPauseDefaults } from '../domain/revert-pause.ts';
import { type ChangeRow, changeColumns, changeOf } from './change-row.ts';
import { insertDecision } from './decision-store.ts';

/** A change that stood in the way may settle while it is looked for: then the request is tried anew. */
const MAX_TRIES = 3;
/** The newest changes among which `history` looks; the budget counts at most 3,600 in its hour. */
const MAX_HISTORY = 4000;
/** Changes whose time is measured. */
const MEASURED_CHANGES = 5;

const open = `status in ('requested', 'applying')`;
const inForce = `status in ('applied', 'verifying')`;

export function createChangeStore(database: Database): ChangeStore & ChangeReader {
  return {
    request: (decision, origin) => request(database, decision, origin),

    async history(sliceId, sinceMs) {
      const histories = await historiesOf(database, [{ sliceId, sinceMs }]);
      return histories.get(sliceId) ?? historyOf([]);
    },

    histories: (asked) => historiesOf(database, asked),

    async claim({ owner, leaseMs, limit, except }) {
      const rows = await database.query<ChangeRow>(claimSql, [owner, leaseMs, limit, except]);
      return rows.map(changeOf);
    },

    settle: (id, settlement) => database.transaction((tx) => settle(tx, id, settlement)),

    get: (id) => find(database, 'id = $1', [id]),

    async list(sliceId, { before, limit }) {
      const rows = await database.query<ChangeRow>(
        `select ${changeColumns} from sro.changes
         where slice_id = $1 and ($2::bigint is null or (at, id) < ($2::bigint, $3::text))
         order by at desc, id desc limit $4`,
        [sliceId, before?.at ?? null, before?.id ?? null, limit],
      );
      return rows.map(changeOf);
    },
  };
}

/** A slice that has none has an empty one. */
async function historiesOf(
  database: Queryable,
  asked: readonly { readonly sliceId: number; readonly sinceMs: number }[],
): Promise<Map<number, ChangeHistory>> {
  const rows = await database.query<ChangeRow>(historiesSql, [
    asked.map(({ sliceId }) => sliceId),
    asked.map(({ sinceMs }) => sinceMs),
    revertPauseDefaults.rememberedSeconds * 1000,
  ]);
  const bySlice = Map.groupBy(rows.map(changeOf), ({ sliceId }) => sliceId);
  return new Map(asked.map(({ sliceId }) => [sliceId, historyOf(bySlice.get(sliceId) ?? [])]));
}

/** @param changes newest first */
function historyOf(changes: readonly Change[]): ChangeHistory {
  const measured = changes
    .filter((change) => change.status !== 'failed' && change.durationMs !== null)
    .sort((a, b) => (b.settledAt ?? b.at) - (a.settledAt ?? a.at))
    .slice(0, MEASURED_CHANGES)
    .map(({ durationMs, feltMs }) => ({ durationMs: durationMs ?? 0, feltMs }));
  return { facts: changes, measured };
}

/**
 * Each way to find a change goes by an index of its own, so that a slice's record of years costs no more than that of
 * an hour. A revert counts until its flavor was as forecast again.
 */
const historiesSql = `
  select changes.*
  from unnest($1::integer[], $2::bigint[]) as asked (id_of_slice, since_ms)
  cross join lateral (
    select ${changeColumns} from sro.changes
    where id = any(array(
      select id from sro.changes where slice_id = id_of_slice and ${open}
      union all
      select id from sro.changes where slice_id = id_of_slice and ${inForce}
      union all
      select id from sro.changes where slice_id = id_of_slice and at >= since_ms
      union all
      select id from sro.changes where slice_id = id_of_slice and settled_at >= since_ms
      union all
      (select id from sro.changes
        where slice_id = id_of_slice and status <> 'failed' and duration_ms is not null
        order by settled_at desc limit ${MEASURED_CHANGES})
      union all
      select id from sro.changes reverted
      where slice_id = id_of_slice and status = 'reverted' and ended_at >= since_ms - $3::bigint
        and not exists (
          select 1 from sro.changes later
          where later.slice_id = id_of_slice and later.to_flavor = reverted.to_flavor
            and later.verdict = 'as-forecast' and later.ended_at > reverted.ended_at)))
    order by at desc limit ${MAX_HISTORY}
  ) as changes
  order by changes.at desc`;

const claimSql = `
  update sro.changes set status = 'applying', owner = $1, claimed_at = now(), attempts = attempts + 1
  where id in (
    select id from sro.changes
    where (status = 'requested' or (status = 'applying'
        and (owner = $1 or claimed_at < now() - $2::double precision * interval '1 millisecond')))
      and not (id = any($4::text[]))
    order by at, id limit $3 for update skip locked)
  returning ${changeColumns}`;

/** What a revert ends in is the end of the change that it takes back, too. */
async function settle(tx: Queryable, id: string, settlement: Settlement): Promise<void> {
  const { status, at, durationMs } = settlement;
  const verifyBy = settlement.status === 'applied' ? settlement.verifyBy : null;
  const error = settlement.status === 'failed' ? settlement.error : null;
  const errors = [error?.code ?? null, error?.detail ?? null];
  await tx.query(
    `update sro.changes set status = $2, ended_at = $3, error_code = $4, error_detail = $5
     where id = (select reverts from sro.changes where id = $1 and ${open}) and status = 'verifying'`,
    [id, status === 'applied' ? 'reverted' : 'failed', at, ...errors],
  );
  await tx.query(
    `update sro.changes set status = $2, settled_at = $3, duration_ms = $4,
       error_code = $5, error_detail = $6, verify_by = $7
     where id = $1 and ${open}`,
    [id, status, at, durationMs, ...errors, verifyBy],
  );
}

async function request(
  database: Database,
  decision: SliceDecision,
  origin: ChangeOrigin,
): Promise<Requested> {
  const reverts = origin === 'revert' ? (decision.verification?.changeId ?? null) : null;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const created = await database
      .transaction((tx) => insertChange(tx, decision, origin, reverts))
      .catch(unlessOver);
    if (created !== undefined) return { outcome: 'created', change: created };
    const repeated = await find(database, 'id = $1', [decision.id]);
    if (repeated !== undefined) return { outcome: 'repeated', change: repeated };
    const other =
      (await find(database, `slice_id = $1 and ${open}`, [decision.sliceId])) ??
      (await find(database, 'id = $1', [reverts]));
    if (other !== undefined) return { outcome: 'in-progress', change: other };
  }
  const message = `changes of slice ${decision.sliceId} keep settling while another is requested`;
  throw new AppError(message, { status: 503, code: 'change-contended', retriable: true });
}

/** Undefined when the change is there already, or another one of the slice is open. */
async function insertChange(
  tx: Queryable,
  decision: SliceDecision,
  origin: ChangeOrigin,
  reverts: string | null,
): Promise<Change | undefined> {
  const { id, tenantId, sliceId, epoch, reason, fromFlavor, toFlavor, at } = decision;
  const [row] = await tx.query<ChangeRow>(
    `insert into sro.changes (id, tenant_id, slice_id, epoch, origin, reason, from_flavor, to_flavor, status, at, reverts)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'requested', $9, $10)
     on conflict do nothing returning ${changeColumns}`,
    [id, tenantId, sliceId, epoch, origin, reason, fromFlavor, toFlavor, at, reverts],
  );
  if (row === undefined) return undefined;
  if (reverts === null) await overtake(tx, sliceId, at);
  else await beginRevert(tx, reverts);
  await insertDecision(tx, decision);
  return changeOf(row);
}

/** Under the next change nobody can tell any more what came of the one before. */
async function overtake(tx: Queryable, sliceId: number, at: number): Promise<void> {
  await tx.query(
    `update sro.changes set status = 'verified', verdict = 'overtaken', ended_at = $2
     where slice_id = $1 and ${inForce}`,
    [sliceId, at],
  );
}

/** It is `verifying` until its revert has ended. Another process may have ended it: then nothing is taken back. */
async function beginRevert(tx: Queryable, id: string): Promise<void> {
  const begun = await tx.query(
    `update sro.changes set status = 'verifying', verdict = 'worse'
     where id = $1 and ${inForce} and verdict is null returning id`,
    [id],
  );
  if (begun.length > 0) return;
  throw new AppError(`change ${id} is not being verified any more`, { status: 409, code: over });
}

const over = 'change-over';

function unlessOver(error: unknown): undefined {
  if (error instanceof AppError && error.code === over) return undefined;
  throw error;
}

async function find(
  database: Queryable,
  where: string,
  params: readonly unknown[],
): Promise<Change | undefined> {
  const [row] = await database.query<ChangeRow>(
    `select ${changeColumns} from sro.changes where ${where}`,
    params,
  );
  return row === undefined ? undefined : changeOf(row);
}
