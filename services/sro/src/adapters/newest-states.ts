import type { SliceState } from '@slicecast/contracts';
import type { Queryable } from '@slicecast/platform';
import type { SliceStore } from '../ports.ts';

interface Row {
  readonly slice_id: number;
  readonly version: number;
  /** Null where the version is the known one. */
  readonly state: SliceState | null;
}

/** One query each time; a state of many features is kilobytes, and is sent when its version is a new one. */
export function createNewestStates(database: Queryable): SliceStore['newest'] {
  const known = new Map<number, SliceState>();

  function take({ slice_id: id, state }: Row): void {
    if (state === null) return;
    const older = known.get(id);
    // Two questions may be under way: the one that was answered from an older state may come in last.
    if (older === undefined || older.version < state.version) known.set(id, state);
  }

  return async (sliceIds) => {
    const asked = sliceIds ?? [...known.keys()];
    const versions = asked.map((id) => known.get(id)?.version ?? -1);
    const rows = await database.query<Row>(sql, [asked, versions, sliceIds === undefined]);
    for (const row of rows) take(row);
    const newest = new Map<number, SliceState>();
    for (const { slice_id: id } of rows) {
      const state = known.get(id);
      if (state !== undefined && !state.deleted) newest.set(id, state);
    }
    return newest;
  };
}

const sql = `
  select slices.slice_id, slices.version,
    case when slices.version is distinct from known.version then slices.state end as state
  from sro.slices left join unnest($1::integer[], $2::integer[]) as known (slice_id, version)
    using (slice_id)
  where $3::boolean or known.slice_id is not null`;
