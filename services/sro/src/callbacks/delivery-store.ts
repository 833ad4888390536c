import { type Database, json, type Migration, type Queryable } from '@slicecast/platform';

export interface NewDelivery {
  readonly id: string;
  readonly tenantId: string;
  readonly sliceId: number;
  readonly url: string;
  readonly body: object;
  readonly now: number;
}

/** A callback on its way, or at its end. */
export interface Delivery {
  readonly id: string;
  readonly tenantId: string;
  readonly sliceId: number;
  readonly url: string;
  readonly body: object;
  readonly status: 'waiting' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly lastError: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface DeliveryStore {
  enqueue(tx: Queryable, delivery: NewDelivery): Promise<void>;
  /** The oldest that are due; others leave them alone until the lease is over. */
  claim(now: number, leaseMs: number, limit: number): Promise<Delivery[]>;
  settle(id: string, end: 'delivered' | 'dead', error: string | null, now: number): Promise<void>;
  postpone(id: string, error: string, nextAt: number, now: number): Promise<void>;
  /** Newest first. */
  list(
    tenantId: string,
    page: { before?: { createdAt: number; id: string } | undefined; limit: number },
  ): Promise<Delivery[]>;
  /** Tries a dead one again; false when there is none such. */
  revive(tenantId: string, id: string, now: number): Promise<boolean>;
  forget(olderThan: number): Promise<void>;
}

export const callbackMigrations: readonly Migration[] = [
  {
    id: 51,
    name: 'callbacks',
    sql: `
      create table sro.callbacks (
        id text primary key,
        tenant_id text not null,
        slice_id integer not null,
        url text not null,
        body jsonb not null,
        status text not null,
        attempts integer not null,
        last_error text,
        -- Due from then on; a claim moves it past its lease.
        next_at bigint not null,
        created_at bigint not null,
        updated_at bigint not null
      );
      create index callbacks_due on sro.callbacks (next_at) where status = 'waiting';
      create index callbacks_of_tenant on sro.callbacks (tenant_id, created_at desc, id);
    `,
  },
];

const columns = `id, tenant_id as "tenantId", slice_id as "sliceId", url, body, status, attempts,
  last_error as "lastError", created_at as "createdAt", updated_at as "updatedAt"`;

export function createDeliveryStore(database: Database): DeliveryStore {
  return {
    async enqueue(tx, { id, tenantId, sliceId, url, body, now }) {
      await tx.query(
        `insert into sro.callbacks (id, tenant_id, slice_id, url, body, status, attempts, next_at,
           created_at, updated_at)
         values ($1, $2, $3, $4, $5, 'waiting', 0, $6, $6, $6) on conflict (id) do nothing`,
        [id, tenantId, sliceId, url, json(body), now],
      );
    },
    claim(now, leaseMs, limit) {
      return database.query<Delivery>(
        `update sro.callbacks set next_at = $2, attempts = attempts + 1, updated_at = $1
         where id in (
           select id from sro.callbacks where status = 'waiting' and next_at <= $1
           order by next_at, id limit $3 for update skip locked
         ) returning ${columns}`,
        [now, now + leaseMs, limit],
      );
    },
    async settle(id, end, error, now) {
      await database.query(
        'update sro.callbacks set status = $2, last_error = $3, updated_at = $4 where id = $1',
        [id, end, error, now],
      );
    },
    async postpone(id, error, nextAt, now) {
      await database.query(
        'update sro.callbacks set last_error = $2, next_at = $3, updated_at = $4 where id = $1',
        [id, error, nextAt, now],
      );
    },
    list(tenantId, { before, limit }) {
      return database.query<Delivery>(
        `select ${columns} from sro.callbacks
         where tenant_id = $1 and ($2::bigint is null or (created_at, id) < ($2, $3))
         order by created_at desc, id desc limit $4`,
        [tenantId, before?.createdAt ?? null, before?.id ?? null, limit],
      );
    },
    async revive(tenantId, id, now) {
      const rows = await database.query(
        `update sro.callbacks set status = 'waiting', next_at = $3, created_at = $3, updated_at = $3
         where tenant_id = $1 and id = $2 and status = 'dead' returning id`,
        [tenantId, id, now],
      );
      return rows.length > 0;
    },
    async forget(olderThan) {
      await database.query(
        `delete from sro.callbacks where status <> 'waiting' and updated_at < $1`,
        [olderThan],
      );
    },
  };
}
