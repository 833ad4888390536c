import { type Database, json, type Queryable } from '@slicecast/platform';
import type { Outcome, OutcomeStore } from '../deciding-ports.ts';

export function createOutcomeStore(database: Database): OutcomeStore {
  return { keep: (outcomes) => keepOutcomes(database, outcomes) };
}

/** One statement, which is one transaction and one way to the server and back, for a thousand outcomes as for one. */
export async function keepOutcomes(
  database: Queryable,
  outcomes: readonly Outcome[],
): Promise<ReadonlySet<string>> {
  if (outcomes.length === 0) return new Set();
  const bySlice = outcomes.map(rowOf).sort((a, b) => a.slice_id - b.slice_id);
  const created = await database.query<{ id: string }>(sql, [json(bySlice)]);
  return new Set(created.map(({ id }) => id));
}

function rowOf({ decision, change, news, historyVersion }: Outcome) {
  const { id, tenantId, sliceId, epoch, fromFlavor, toFlavor, verification } = decision;
  const { at, action, reason } = decision;
  return {
    ...{ id, tenant_id: tenantId, slice_id: sliceId, at, action, reason },
    ...{ epoch, from_flavor: fromFlavor, to_flavor: toFlavor, origin: change, news },
    known_version: historyVersion,
    watched_id: verification?.changeId,
    watched_status: verification?.status,
    watched_verdict: verification?.verdict,
    felt_ms: verification?.feltMs,
    decision: change !== null || news ? decision : null,
  };
}

/**
 * What may wait for another transaction of the same slice comes first (the new changes, in the order of the slices),
 * then what that one may wait for (the change before): so two that write to one slice never wait in a circle.
 * A change that its own decision ends in the same breath is written once, as verified, else as overtaken.
 */
const sql = `
  with outcomes as materialized (
    select * from jsonb_to_recordset($1::jsonb) as outcome (
      id text, tenant_id text, slice_id integer, at bigint, action text, reason text,
      epoch integer, from_flavor integer, to_flavor integer, origin text, news boolean,
      known_version bigint, watched_id text, watched_status text, watched_verdict text,
      felt_ms double precision, decision jsonb)
  ),
  inserted as (
    insert into sro.changes (id, tenant_id, slice_id, epoch, origin, reason, from_flavor, to_flavor, status, at)
    select id, tenant_id, slice_id, epoch, origin, reason, from_flavor, to_flavor, 'requested', at
    from outcomes left join sro.change_versions using (slice_id)
    where origin is not null and (known_version is null or known_version = coalesce(version, 0))
    order by slice_id
    on conflict do nothing returning id, slice_id, at
  ),
  advanced as (
    update sro.changes watched set status = watched_status, verdict = watched_verdict,
      ended_at = case when watched_status = 'verified' then outcomes.at end,
      felt_ms = outcomes.felt_ms
    from outcomes
    where (select count(*) from inserted) >= 0
      and watched.id = watched_id and watched.status in ('applied', 'verifying') and verdict is null
      and (outcomes.origin is null or watched_status = 'verified')
    returning watched.id
  ),
  overtaken as (
    update sro.changes before set status = 'verified', verdict = 'overtaken', ended_at = inserted.at
    from inserted
    where before.slice_id = inserted.slice_id and before.status in ('applied', 'verifying')
      and before.id not in (select id from advanced)
  ),
  recorded as (
    insert into sro.decisions (id, tenant_id, slice_id, at, action, reason, decision)
    select id, tenant_id, slice_id, at, action, reason, decision from outcomes
    where news or id in (select id from inserted)
    order by id on conflict (id) do nothing
  )
  select id from inserted`;
