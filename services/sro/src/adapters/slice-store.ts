import type { SliceDefinition, SliceState } from '@slicecast/contracts';
import { AppError, type Database, json, type Queryable } from '@slicecast/platform';
import { firstState, type ManagedBy } from '../domain/slice-definition.ts';
import type { DefinedSlice, DefinitionStore, SliceStore } from '../ports.ts';
import { createNewestStates } from './newest-states.ts';

interface SliceRow {
  readonly definition: SliceDefinition;
  readonly managed_by: ManagedBy;
  readonly state: SliceState;
}

/** `published` is called after a transaction that left something in the outbox. */
export function createSliceStore(
  database: Database,
  now: () => number,
  published: () => void,
): SliceStore & DefinitionStore {
  return {
    async get(sliceId, tenantId) {
      const slice = (await findRow(database, sliceId))?.state;
      const other = tenantId !== undefined && slice?.tenantId !== tenantId;
      return slice === undefined || slice.deleted || other ? undefined : slice;
    },
    async list(tenantId) {
      const rows = await database.query<SliceRow>(
        `select state from sro.slices
         where ($1::text is null or tenant_id = $1) and not (state->>'deleted')::boolean
         order by slice_id`,
        [tenantId ?? null],
      );
      return rows.map(({ state }) => state);
    },
    newest: createNewestStates(database),
    async update(sliceId, change) {
      const next = await database.transaction((tx) => changeSlice(tx, sliceId, change, now()));
      published();
      return next;
    },
    async actuatorOf(sliceId) {
      const row = await findRow(database, sliceId);
      if (row === undefined) throw unknown(sliceId);
      return row.definition.actuator;
    },
    async find(sliceId) {
      const row = await findRow(database, sliceId);
      return row === undefined || row.state.deleted ? undefined : toSlice(row);
    },
    async page(tenantId, after, limit) {
      const rows = await database.query<SliceRow>(
        `select definition, managed_by, state from sro.slices
         where tenant_id = $1 and slice_id > $2::bigint and not (state->>'deleted')::boolean
         order by slice_id limit $3`,
        [tenantId, after, limit],
      );
      return rows.map(toSlice);
    },
    create: insert,
    async redefine(sliceId, change) {
      const next = await database.transaction((tx) => redefine(tx, sliceId, change, now()));
      published();
      return next;
    },
  };
}

async function redefine(
  tx: Queryable,
  sliceId: number,
  change: Parameters<DefinitionStore['redefine']>[1],
  now: number,
): Promise<DefinedSlice> {
  const [row] = await tx.query<SliceRow>(
    'select definition, managed_by, state from sro.slices where slice_id = $1 for update',
    [sliceId],
  );
  if (row === undefined) throw unknown(sliceId);
  const present = toSlice(row);
  const next = change(present);
  if (next === undefined) return present;
  // Read back: the database orders the keys its own way, and an ETag is made of the text.
  const [stored] = await tx.query<Pick<SliceRow, 'definition'>>(
    'update sro.slices set definition = $2 where slice_id = $1 returning definition',
    [sliceId, json(next.definition)],
  );
  const state = await changeSlice(tx, sliceId, () => next.state, now);
  return { ...present, definition: stored?.definition ?? next.definition, state };
}

/** Inside a transaction: the next state, a version on, with its place in the outbox. */
export async function changeSlice(
  tx: Queryable,
  sliceId: number,
  change: (state: SliceState) => SliceState | undefined,
  now: number,
): Promise<SliceState> {
  const [row] = await tx.query<SliceRow>(
    'select state from sro.slices where slice_id = $1 for update',
    [sliceId],
  );
  if (row === undefined) throw unknown(sliceId);
  const changed = change(row.state);
  if (changed === undefined) return row.state;
  const next = { ...changed, version: row.state.version + 1 };
  await tx.query('update sro.slices set state = $2, updated_at = $3 where slice_id = $1', [
    sliceId,
    json(next),
    now,
  ]);
  await publish(tx, next, now);
  return next;
}

async function insert(
  tx: Queryable,
  definition: SliceDefinition,
  managedBy: ManagedBy,
  now: number,
): Promise<boolean> {
  const state = firstState(definition, now);
  const rows = await tx.query(
    `insert into sro.slices (slice_id, tenant_id, managed_by, definition, state, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $6) on conflict (slice_id) do nothing returning slice_id`,
    [definition.id, state.tenantId, managedBy, json(definition), json(state), now],
  );
  if (rows.length > 0) await publish(tx, state, now);
  return rows.length > 0;
}

async function publish(tx: Queryable, state: SliceState, now: number): Promise<void> {
  await tx.query('insert into sro.outbox (slice_id, state, at) values ($1, $2, $3)', [
    state.sliceId,
    json(state),
    now,
  ]);
}

async function findRow(database: Queryable, sliceId: number): Promise<SliceRow | undefined> {
  const [row] = await database.query<SliceRow>(
    'select definition, managed_by, state from sro.slices where slice_id = $1',
    [sliceId],
  );
  return row;
}

function toSlice({ definition, managed_by: managedBy, state }: SliceRow): DefinedSlice {
  return { definition, managedBy, state };
}

function unknown(sliceId: number): AppError {
  return new AppError(`There is no slice ${sliceId}.`, { status: 404, code: 'slice-unknown' });
}
