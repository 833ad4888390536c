import { createHash } from 'node:crypto';
import { AppError } from '../app-error.ts';
import type { Database, Migration, Queryable } from './database.ts';

/**
 * Brings a service's schema to the newest migration, each in one transaction. Safe with two
 * starting at once. AppError 500 `schema-newer` when a later version of the service was here
 * before, `migration-edited` when one that was applied reads differently now.
 */
export async function migrate(
  database: Database,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  checkName(schema);
  const ordered = [...migrations].sort((a, b) => a.id - b.id);
  await locked(database, schema, (tx) => prepare(tx, schema));
  for (const migration of ordered) {
    await locked(database, schema, async (tx) => {
      const applied = await appliedIn(tx, schema);
      refuseNewer(schema, applied, ordered.at(-1)?.id ?? 0);
      const before = applied.find(({ id }) => id === migration.id);
      if (before !== undefined) refuseEdited(schema, migration, before.hash);
      else await apply(tx, schema, migration);
    });
  }
}

/** One at a time among all processes, until the transaction ends. */
function locked(database: Database, schema: string, work: (tx: Queryable) => Promise<void>) {
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`slicecast migrate ${schema}`]);
    await work(tx);
  });
}

/** The platform's own tables of a schema: what was applied, and answers to keys (see idempotency.ts). */
async function prepare(tx: Queryable, schema: string): Promise<void> {
  await tx.query(`
    create schema if not exists ${schema};
    create table if not exists ${schema}.migrations (
      id integer primary key,
      name text not null,
      hash text not null,
      applied_at bigint not null
    );
    create table if not exists ${schema}.idempotency_keys (
      tenant_id text not null,
      operation text not null,
      key text not null,
      request_hash text not null,
      status integer,
      headers jsonb,
      body jsonb,
      created_at bigint not null,
      primary key (tenant_id, operation, key)
    );
    create index if not exists idempotency_keys_created_at
      on ${schema}.idempotency_keys (created_at)`);
}

async function apply(tx: Queryable, schema: string, migration: Migration): Promise<void> {
  await tx.query(migration.sql);
  await tx.query(
    `insert into ${schema}.migrations (id, name, hash, applied_at) values ($1, $2, $3, $4)`,
    [migration.id, migration.name, hashOf(migration), Date.now()],
  );
}

interface Applied {
  readonly id: number;
  readonly name: string;
  readonly hash: string;
}

function appliedIn(tx: Queryable, schema: string): Promise<Applied[]> {
  return tx.query<Applied>(`select id, name, hash from ${schema}.migrations order by id`);
}

function refuseNewer(schema: string, applied: readonly Applied[], newest: number): void {
  const last = applied.at(-1);
  if (last === undefined || last.id <= newest) return;
  throw new AppError(
    `The database's schema ${schema} is at migration ${last.id} (${last.name}); this version knows only ${newest}. Start the version that made it, or give another database.`,
    { status: 500, code: 'schema-newer' },
  );
}

function refuseEdited(schema: string, migration: Migration, hash: string): void {
  if (hash === hashOf(migration)) return;
  throw new AppError(
    `Migration ${migration.id} (${migration.name}) of schema ${schema} was edited after it had been applied: write a new one instead.`,
    { status: 500, code: 'migration-edited' },
  );
}

function hashOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}

/** A schema's name stands in SQL as it is: it is the code's own, and plain. */
function checkName(schema: string): void {
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(schema)) throw new TypeError(`schema name ${schema}`);
}
