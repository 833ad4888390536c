import type { Change, ChangeOrigin, SliceDecision } from '@slicecast/contracts';
import { AppError, type Database, type Queryable } from '@slicecast/platform';
import type { ChangeHistory, ChangeReader, ChangeStore, Requested } from '../deciding-ports.ts';
import { type ChangeRow, changeColumns, changeOf } from './change-row.ts';
import { insertDecision } from './decision-store.ts';

/** A change that stood in the way may settle while it is looked for: then the request is tried anew. */
const MAX_TRIES = 3;
/** The newest changes among which `history` looks; the budget counts at most 3,600 in its hour. */
const MAX_HISTORY = 4000;
/** Changes whose time is measured. */
const MEASURED_CHANGES = 5;

const open = `status in ('requested', 'applying')`;

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

    async settle(id, settlement) {
      const error = settlement.status === 'failed' ? settlement.error : null;
      await database.query(
        `update sro.changes set status = $2, settled_at = $3, duration_ms = $4,
           error_code = $5, error_detail = $6
         where id = $1 and ${open}`,
        [
          id,
          settlement.status,
          settlement.at,
          settlement.durationMs,
          error?.code ?? null,
          error?.detail ?? null,
        ],
      );
    },

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
  ]);
  const bySlice = Map.groupBy(rows.map(changeOf), ({ sliceId }) => sliceId);
  return new Map(asked.map(({ sliceId }) => [sliceId, historyOf(bySlice.get(sliceId) ?? [])]));
}

/** @param changes newest first */
function historyOf(changes: readonly Change[]): ChangeHistory {
  const measured = changes
    .filter((change) => change.status === 'applied' && change.durationMs !== null)
    .sort((a, b) => (b.settledAt ?? b.at) - (a.settledAt ?? a.at))
    .slice(0, MEASURED_CHANGES);
  return { facts: changes, durationsMs: measured.flatMap((each) => each.durationMs ?? []) };
}

const historiesSql = `
  select changes.*
  from unnest($1::integer[], $2::bigint[]) as asked (id_of_slice, since_ms)
  cross join lateral (
    select ${changeColumns} from sro.changes
    where slice_id = id_of_slice and (${open} or at >= since_ms or settled_at >= since_ms or id in (
      select id from sro.changes where slice_id = id_of_slice and status = 'applied'
      order by settled_at desc limit ${MEASURED_CHANGES}))
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

async function request(
  database: Database,
  decision: SliceDecision,
  origin: ChangeOrigin,
): Promise<Requested> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const created = await database.transaction((tx) => insertChange(tx, decision, origin));
    if (created !== undefined) return { outcome: 'created', change: created };
    const repeated = await find(database, 'id = $1', [decision.id]);
    if (repeated !== undefined) return { outcome: 'repeated', change: repeated };
    const other = await find(database, `slice_id = $1 and ${open}`, [decision.sliceId]);
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
): Promise<Change | undefined> {
  const [row] = await tx.query<ChangeRow>(
    `insert into sro.changes (id, tenant_id, slice_id, epoch, origin, reason, from_flavor, to_flavor, status, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'requested', $9)
     on conflict do nothing returning ${changeColumns}`,
    [
      decision.id,
      decision.tenantId,
      decision.sliceId,
      decision.epoch,
      origin,
      decision.reason,
      decision.fromFlavor,
      decision.toFlavor,
      decision.at,
    ],
  );
  if (row === undefined) return undefined;
  await insertDecision(tx, decision);
  return changeOf(row);
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
