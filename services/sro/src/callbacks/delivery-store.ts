import { type Database, json, type Queryable } from '@slicecast/platform';

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
  /** An attempt that fails from then on is the last one. */
  readonly giveUpAt: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The attempt whose outcome is told: one that lost its lease to another changes nothing. */
type Attempt = Pick<Delivery, 'id' | 'attempts'>;

export interface DeliveryStore {
  enqueue(tx: Queryable, delivery: NewDelivery): Promise<void>;
  /** The longest due, `ofTenant` of each at most; others leave them alone until the lease is over. */
  claim(options: {
    now: number;
    leaseMs: number;
    limit: number;
    ofTenant: number;
  }): Promise<Delivery[]>;
  deliver(id: string, now: number): Promise<void>;
  postpone(attempt: Attempt, to: { why: string; nextAt: number; now: number }): Promise<void>;
  giveUp(attempt: Attempt, at: { why: string; now: number }): Promise<void>;
  get(tenantId: string, id: string): Promise<Delivery | undefined>;
  /** Newest first. */
  list(
    tenantId: string,
    page: { before?: { createdAt: number; id: string } | undefined; limit: number },
  ): Promise<Delivery[]>;
  /** Tries a dead one again; undefined when there is none such. */
  revive(tenantId: string, id: string, now: number): Promise<Delivery | undefined>;
  /** Removes those that ended before. */
  forget(olderThan: number): Promise<void>;
}

/** What could not be delivered for so long is dead. */
const patienceMs = 86_400_000;

const columns = `id, tenant_id as "tenantId", slice_id as "sliceId", url, body, status, attempts,
  last_error as "lastError", give_up_at as "giveUpAt", created_at as "createdAt",
  updated_at as "updatedAt"`;
const attempted = `id = $1 and attempts = $2 and status = 'waiting'`;

export function createDeliveryStore(database: Database): DeliveryStore {
  const run = async (sql: string, params: readonly unknown[]) => {
    await database.query(sql, params);
  };
  const find = (sql: string, params: readonly unknown[]) => database.query<Delivery>(sql, params);
  return {
    async enqueue(tx, { id, tenantId, sliceId, url, body, now }) {
      const params = [id, tenantId, sliceId, url, json(body), now, now + patienceMs];
      await tx.query(enqueueSql, params);
    },
    claim: ({ now, leaseMs, limit, ofTenant }) =>
      find(claimSql, [now, now + leaseMs, limit, ofTenant]),
    // Delivered is delivered, by whichever attempt.
    deliver: (id, now) =>
      run(
        `update sro.callbacks set status = 'delivered', last_error = null, updated_at = $2
         where id = $1`,
        [id, now],
      ),
    postpone: ({ id, attempts }, { why, nextAt, now }) =>
      run(
        `update sro.callbacks set last_error = $3, next_at = $4, updated_at = $5 where ${attempted}`,
        [id, attempts, why, nextAt, now],
      ),
    giveUp: ({ id, attempts }, { why, now }) =>
      run(
        `update sro.callbacks set status = 'dead', last_error = $3, updated_at = $4
         where ${attempted}`,
        [id, attempts, why, now],
      ),
    get: async (tenantId, id) => (await find(getSql, [tenantId, id]))[0],
    list: (tenantId, { before, limit }) =>
      find(listSql, [tenantId, before?.createdAt ?? null, before?.id ?? null, limit]),
    revive: async (tenantId, id, now) =>
      (await find(reviveSql, [tenantId, id, now, now + patienceMs]))[0],
    forget: (olderThan) =>
      run(`delete from sro.callbacks where status <> 'waiting' and updated_at < $1`, [olderThan]),
  };
}

const enqueueSql = `
  insert into sro.callbacks (id, tenant_id, slice_id, url, body, status, attempts, next_at,
    give_up_at, created_at, updated_at)
  values ($1, $2, $3, $4, $5, 'waiting', 0, $6, $7, $6, $6) on conflict (id) do nothing`;

/** What is due is asked for again beside the lock: another may have claimed it since the ranking. */
const claimSql = `
  update sro.callbacks set next_at = $2, attempts = attempts + 1, updated_at = $1
  where id in (
    select id from sro.callbacks
    where status = 'waiting' and next_at <= $1 and id in (
      select id from (
        select id, row_number() over (partition by tenant_id order by next_at, id) as place
        from sro.callbacks where status = 'waiting' and next_at <= $1) as due
      where place <= $4)
    order by next_at, id limit $3 for update skip locked)
  returning ${columns}`;

const getSql = `select ${columns} from sro.callbacks where tenant_id = $1 and id = $2`;

const listSql = `
  select ${columns} from sro.callbacks
  where tenant_id = $1
    and ($2::bigint is null or (created_at, id) < ($2::bigint, $3::text))
  order by created_at desc, id desc limit $4`;

const reviveSql = `
  update sro.callbacks set status = 'waiting', next_at = $3, give_up_at = $4, updated_at = $3
  where tenant_id = $1 and id = $2 and status = 'dead' returning ${columns}`;
