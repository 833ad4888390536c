import type { Migration } from '@slicecast/platform';

/** Tables of the deciding part, in the schema of the SRO. */
export const decidingMigrations: readonly Migration[] = [
  {
    id: 101,
    name: 'changes and decisions',
    sql: `
      create table sro.changes (
        id text primary key,
        tenant_id text not null,
        slice_id integer not null,
        epoch integer not null,
        origin text not null check (origin in ('decision', 'silence', 'manual')),
        reason text not null,
        from_flavor integer not null,
        to_flavor integer not null,
        status text not null check (status in ('requested', 'applying', 'applied', 'failed')),
        at bigint not null,
        settled_at bigint,
        attempts integer not null default 0,
        duration_ms double precision,
        error_code text,
        error_detail text,
        owner text,
        claimed_at timestamptz
      );
      create unique index changes_one_open_a_slice on sro.changes (slice_id)
        where status in ('requested', 'applying');
      create index changes_by_slice on sro.changes (slice_id, at desc, id desc);
      create index changes_settled on sro.changes (slice_id, settled_at desc);

      create table sro.decisions (
        id text primary key,
        tenant_id text not null,
        slice_id integer not null,
        at bigint not null,
        action text not null,
        reason text not null,
        decision jsonb not null
      );
      create index decisions_by_slice on sro.decisions (slice_id, at desc, id desc);
      create index decisions_by_time on sro.decisions (at);
    `,
  },
];
