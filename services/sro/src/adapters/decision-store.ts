import type { SliceDecision } from '@slicecast/contracts';
import { type Database, json, type Queryable } from '@slicecast/platform';
import type { DecisionFilter, DecisionStore } from '../deciding-ports.ts';

interface DecisionRow {
  readonly decision: SliceDecision;
}

export function createDecisionStore(database: Database): DecisionStore {
  return {
    record: (decision) => insertDecision(database, decision),

    async get(id) {
      const [row] = await database.query<DecisionRow>(
        'select decision from sro.decisions where id = $1',
        [id],
      );
      return row?.decision;
    },

    async list(sliceId, filter) {
      const rows = await database.query<DecisionRow>(listSql, paramsOf(sliceId, filter));
      return rows.map((row) => row.decision);
    },

    async forget(olderThanMs) {
      const [row] = await database.query<{ forgotten: number }>(forgetSql, [olderThanMs]);
      return Number(row?.forgotten);
    },
  };
}

/** Inside a transaction that writes more with it; the same id is stored once. */
export async function insertDecision(database: Queryable, decision: SliceDecision): Promise<void> {
  const { id, tenantId, sliceId, at, action, reason } = decision;
  await database.query(
    `insert into sro.decisions (id, tenant_id, slice_id, at, action, reason, decision)
     values ($1, $2, $3, $4, $5, $6, $7::jsonb) on conflict (id) do nothing`,
    [id, tenantId, sliceId, at, action, reason, json(decision)],
  );
}

const listSql = `
  select decision from sro.decisions
  where slice_id = $1
    and ($2::text is null or action = $2) and ($3::text is null or reason = $3)
    and ($4::bigint is null or at >= $4) and ($5::bigint is null or at < $5)
    and ($6::bigint is null or (at, id) < ($6::bigint, $7::text))
  order by at desc, id desc limit $8`;

function paramsOf(sliceId: number, filter: DecisionFilter): unknown[] {
  const { action, reason, from, to, before, limit } = filter;
  const optional = [action, reason, from, to, before?.at, before?.id];
  return [sliceId, ...optional.map((each) => each ?? null), limit];
}

const forgetSql = `
  with decisions as (delete from sro.decisions where at < $1 returning 1),
    changes as (delete from sro.changes where at < $1 and settled_at < $1 returning 1)
  select ((select count(*) from decisions) + (select count(*) from changes))::integer as forgotten`;
