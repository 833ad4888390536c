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
  {
    id: 102,
    name: 'changes are verified, and reverted',
    sql: `
      alter table sro.changes
        add column reverts text,
        add column verify_by bigint,
        add column ended_at bigint,
        add column verdict text,
        add column felt_ms double precision,
        drop constraint changes_origin_check,
        drop constraint changes_status_check,
        add constraint changes_origin_check
          check (origin in ('decision', 'silence', 'manual', 'revert')),
        add constraint changes_status_check
          check (status in ('requested', 'applying', 'applied', 'verifying', 'verified', 'reverted', 'failed'));
      update sro.changes set status = 'verified', verdict = 'unjudged', ended_at = settled_at
        where status = 'applied';
      create unique index changes_one_verified_a_slice on sro.changes (slice_id)
        where status in ('applied', 'verifying');
      create index changes_reverted on sro.changes (slice_id, ended_at desc) where status = 'reverted';
      create index changes_to_verify on sro.changes (verify_by) where status in ('applied', 'verifying');
    `,
  },
  {
    id: 103,
    name: 'versions of histories',
    sql: `
      -- Moves on with every write to a slice's changes, whoever writes: what was read under the same version still holds.
      create table sro.change_versions (
        slice_id integer primary key,
        version bigint not null
      ) with (fillfactor = 50);
      insert into sro.change_versions (slice_id, version)
        select slice_id, 1 from sro.changes group by slice_id;

      -- By statement and in the order of the slices: statements that touch the same slices wait for each other, never in a circle.
      create function sro.move_change_versions() returns trigger language plpgsql as $$
        begin
          insert into sro.change_versions as known (slice_id, version)
            select distinct slice_id, 1 from touched order by slice_id
            on conflict (slice_id) do update set version = known.version + 1;
          return null;
        end $$;
      create trigger changes_inserted after insert on sro.changes
        referencing new table as touched for each statement execute function sro.move_change_versions();
      create trigger changes_updated after update on sro.changes
        referencing new table as touched for each statement execute function sro.move_change_versions();
      create trigger changes_deleted after delete on sro.changes
        referencing old table as touched for each statement execute function sro.move_change_versions();
    `,
  },
];
