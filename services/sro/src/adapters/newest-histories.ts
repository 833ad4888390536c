import type { Queryable } from '@slicecast/platform';
import type { ChangeStore } from '../deciding-ports.ts';
import { historyAt, MEASURED_CHANGES, type PastChange } from '../domain/history-at.ts';
import { revertPauseDefaults } from '../domain/revert-pause.ts';

/** The newest changes among which a history looks; the budget counts at most 3,600 in its hour. */
const MAX_HISTORY = 4000;
/** Changes kept over all slices, of some 300 bytes each; those of the slices asked for longest ago go first. */
const MAX_KEPT = 100_000;

interface Known {
  readonly version: number;
  /** It has what counts from this instant on. */
  readonly sinceMs: number;
  readonly changes: readonly PastChange[];
}

/** Of a slice that has no changes, one row of nulls. */
interface Row {
  readonly of_slice: number;
  readonly version: number;
  readonly id: string | null;
  readonly at: number;
  readonly origin: PastChange['origin'];
  readonly status: PastChange['status'];
  readonly epoch: number;
  readonly from_flavor: number;
  readonly to_flavor: number;
  readonly settled_at: number | null;
  readonly ended_at: number | null;
  readonly verdict: PastChange['verdict'];
  readonly duration_ms: number | null;
  readonly felt_ms: number | null;
}

/**
 * Past changes as the database has them, asked each time and sent where a slice's version is a new one. Nothing that
 * another process or somebody by hand wrote is missed: the version moves on in the transaction that writes.
 */
export function createNewestHistories(
  database: Queryable,
  maxKept = MAX_KEPT,
): ChangeStore['histories'] {
  const known = new Map<number, Known>();
  let kept = 0;

  function keep(sliceId: number, next: Known): void {
    drop(sliceId);
    known.set(sliceId, next);
    kept += sizeOf(next);
    for (const oldest of known.keys()) {
      if (kept <= maxKept) return;
      drop(oldest);
    }
  }

  function drop(sliceId: number): void {
    const before = known.get(sliceId);
    if (before === undefined) return;
    known.delete(sliceId);
    kept -= sizeOf(before);
  }

  return async (asked) => {
    const usable = new Map<number, Known>();
    for (const { sliceId, sinceMs } of asked) {
      const before = known.get(sliceId);
      if (before !== undefined && before.sinceMs <= sinceMs) usable.set(sliceId, before);
    }
    const rows = await database.query<Row>(sql, [
      asked.map(({ sliceId }) => sliceId),
      asked.map(({ sinceMs }) => sinceMs),
      asked.map(({ sliceId }) => usable.get(sliceId)?.version ?? -1),
      revertPauseDefaults.rememberedSeconds * 1000,
    ]);
    const read = Map.groupBy(rows, (row) => row.of_slice);
    const histories = new Map<number, ReturnType<typeof historyAt>>();
    for (const { sliceId, sinceMs } of asked) {
      const found = read.get(sliceId);
      const newest = found === undefined ? usable.get(sliceId) : knownOf(found, sinceMs);
      if (newest === undefined) throw new Error(`the history of slice ${sliceId} was not read`);
      // Two questions may be under way: the one that was answered from an older version may come in last.
      if (newest.version >= (known.get(sliceId)?.version ?? 0)) keep(sliceId, newest);
      histories.set(sliceId, historyAt(newest.version, newest.changes, sinceMs));
    }
    return histories;
  };
}

function sizeOf({ changes }: Known): number {
  return 1 + changes.length;
}

function knownOf(rows: readonly Row[], sinceMs: number): Known {
  const changes = rows.flatMap((row) => (row.id === null ? [] : [changeOf(row, row.id)]));
  return { version: rows[0]?.version ?? 0, sinceMs, changes };
}

function changeOf(row: Row, id: string): PastChange {
  return {
    id,
    at: row.at,
    origin: row.origin,
    status: row.status,
    epoch: row.epoch,
    fromFlavor: row.from_flavor,
    toFlavor: row.to_flavor,
    settledAt: row.settled_at,
    endedAt: row.ended_at,
    verdict: row.verdict ?? null,
    durationMs: row.duration_ms,
    feltMs: row.felt_ms,
  };
}

/**
 * Version and changes come from one snapshot. Each way to find a change goes by an index of its own, so that a slice's
 * record of years costs no more than that of an hour. A revert counts until its flavor was as forecast again.
 */
const sql = `
  with stale as materialized (
    select asked.slice_id, since_ms, coalesce(version, 0) as version
    from unnest($1::integer[], $2::bigint[], $3::bigint[]) as asked (slice_id, since_ms, known)
    left join sro.change_versions using (slice_id)
    where coalesce(version, 0) <> known
  )
  select stale.slice_id as of_slice, stale.version, changes.*
  from stale left join lateral (
    select id, at, origin, status, epoch, from_flavor, to_flavor, settled_at, ended_at, verdict, duration_ms, felt_ms
    from sro.changes
    where id = any(array(
      select id from sro.changes
      where slice_id = stale.slice_id and status in ('requested', 'applying')
      union all
      select id from sro.changes
      where slice_id = stale.slice_id and status in ('applied', 'verifying')
      union all
      select id from sro.changes where slice_id = stale.slice_id and at >= since_ms
      union all
      select id from sro.changes where slice_id = stale.slice_id and settled_at >= since_ms
      union all
      (select id from sro.changes
        where slice_id = stale.slice_id and status <> 'failed' and duration_ms is not null
        order by settled_at desc limit ${MEASURED_CHANGES})
      union all
      select id from sro.changes reverted
      where slice_id = stale.slice_id and status = 'reverted' and ended_at >= since_ms - $4::bigint
        and not exists (
          select 1 from sro.changes later
          where later.slice_id = stale.slice_id and later.to_flavor = reverted.to_flavor
            and later.verdict = 'as-forecast' and later.ended_at > reverted.ended_at)))
    order by at desc limit ${MAX_HISTORY}
  ) as changes on true
  order by changes.at desc`;
