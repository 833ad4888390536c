import type { Queryable } from '@slicecast/platform';

/** A piece of work that one of several replicas does at a time. Times go by the database's clock. */
export interface Lease {
  /** Takes or renews it; false while another has it. */
  hold(): Promise<boolean>;
  /** Gives it up, so that another need not wait for its end. */
  release(): Promise<void>;
}

export function createLease(
  database: Queryable,
  { name, owner, forMs }: { name: string; owner: string; forMs: number },
): Lease {
  return {
    async hold() {
      return (await database.query(holdSql, [name, owner, forMs])).length > 0;
    },
    async release() {
      await database.query('delete from sro.leases where name = $1 and owner = $2', [name, owner]);
    },
  };
}

const nowMs = '(extract(epoch from clock_timestamp()) * 1000)::bigint';
const holdSql = `
  insert into sro.leases (name, owner, until) values ($1, $2, ${nowMs} + $3::bigint)
  on conflict (name) do update set owner = excluded.owner, until = excluded.until
    where sro.leases.owner = excluded.owner or sro.leases.until < ${nowMs}
  returning name`;
