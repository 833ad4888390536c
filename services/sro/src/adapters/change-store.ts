import type { Change, ChangeOrigin, SliceDecision } from '@slicecast/contracts';
import { AppError, type Database, type Queryable } from '@slicecast/platform';
import type { ChangeReader, ChangeStore, Requested, Settlement } from '../deciding-ports.ts';
import { type ChangeRow, changeColumns, changeOf } from './change-row.ts';
import { insertDecision } from './decision-store.ts';
import { createNewestHistories } from './newest-histories.ts';
import { keepOutcomes } from './outcome-store.ts';

/** A change that stood in the way may settle while it is looked for: then the request is tried anew. */
const MAX_TRIES = 3;

const open = `status in ('requested', 'applying')`;
const inForce = `status in ('applied', 'verifying')`;

export function createChangeStore(database: Database): ChangeStore & ChangeReader {
  const histories = createNewestHistories(database);
  return {
    request: (decision, origin) => request(database, decision, origin),

    async history(sliceId, sinceMs) {
      const [history] = (await histories([{ sliceId, sinceMs }])).values();
      if (history === undefined) throw new Error(`slice ${sliceId} was given no history`);
      return history;
    },

    histories,

    async claim({ owner, leaseMs, limit, except }) {
      const rows = await database.query<ChangeRow>(claimSql, [owner, leaseMs, limit, except]);
      return rows.map(changeOf);
    },

    settle: (id, settlement) => settle(database, id, settlement),

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
async function settle(database: Queryable, id: string, settlement: Settlement): Promise<void> {
  const { status, at, durationMs } = settlement;
  const verifyBy = settlement.status === 'applied' ? settlement.verifyBy : null;
  const error = settlement.status === 'failed' ? settlement.error : null;
  const endOfReverted = status === 'applied' ? 'reverted' : 'failed';
  const errors = [error?.code ?? null, error?.detail ?? null];
  await database.query(settleSql, [id, status, at, durationMs, ...errors, verifyBy, endOfReverted]);
}

/** That one first: two changes of a slice are never in force at once. */
const settleSql = `
  with reverted as (
    update sro.changes set status = $8, ended_at = $3, error_code = $5, error_detail = $6
    where id = (select reverts from sro.changes where id = $1 and ${open}) and status = 'verifying'
    returning 1
  )
  update sro.changes set status = $2, settled_at = $3, duration_ms = $4,
    error_code = $5, error_detail = $6, verify_by = $7
  where id = $1 and ${open} and (select count(*) from reverted) >= 0`;

async function request(
  database: Database,
  decision: SliceDecision,
  origin: ChangeOrigin,
): Promise<Requested> {
  const reverts = origin === 'revert' ? (decision.verification?.changeId ?? null) : null;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const isCreated = await create(database, decision, origin, reverts);
    const own = await find(database, 'id = $1', [decision.id]);
    if (own !== undefined) return { outcome: isCreated ? 'created' : 'repeated', change: own };
    const other =
      (await find(database, `slice_id = $1 and ${open}`, [decision.sliceId])) ??
      (await find(database, 'id = $1', [reverts]));
    if (other !== undefined) return { outcome: 'in-progress', change: other };
  }
  const message = `changes of slice ${decision.sliceId} keep settling while another is requested`;
  throw new AppError(message, { status: 503, code: 'change-contended', retriable: true });
}

/** False when the change is there already, or another one of the slice is open. */
async function create(
  database: Database,
  decision: SliceDecision,
  origin: ChangeOrigin,
  reverts: string | null,
): Promise<boolean> {
  if (reverts !== null) {
    return database.transaction((tx) => insertRevert(tx, decision, reverts)).catch(unlessOver);
  }
  const outcome = { decision, change: origin, news: false, historyVersion: null };
  return (await keepOutcomes(database, [outcome])).has(decision.id);
}

/**
 * The change that is taken back is `verifying` until its revert has ended. Another process may have ended it: then
 * nothing is taken back.
 */
async function insertRevert(
  tx: Queryable,
  decision: SliceDecision,
  reverts: string,
): Promise<boolean> {
  const { id, tenantId, sliceId, epoch, reason, fromFlavor, toFlavor, at } = decision;
  const [row] = await tx.query<{ begun: number }>(
    `with inserted as (
       insert into sro.changes (id, tenant_id, slice_id, epoch, origin, reason, from_flavor, to_flavor, status, at, reverts)
       values ($1, $2, $3, $4, 'revert', $5, $6, $7, 'requested', $8, $9)
       on conflict do nothing returning reverts
     ), begun as (
       update sro.changes set status = 'verifying', verdict = 'worse'
       where id = (select reverts from inserted) and ${inForce} and verdict is null returning 1
     )
     select (select count(*) from begun) as begun from inserted`,
    [id, tenantId, sliceId, epoch, reason, fromFlavor, toFlavor, at, reverts],
  );
  if (row === undefined) return false;
  if (row.begun === 0) {
    throw new AppError(`change ${reverts} is not being verified any more`, {
      status: 409,
      code: over,
    });
  }
  await insertDecision(tx, decision);
  return true;
}

const over = 'change-over';

function unlessOver(error: unknown): false {
  if (error instanceof AppError && error.code === over) return false;
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
