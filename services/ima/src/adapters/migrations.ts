import type { Migration } from '@slicecast/platform';

/** Schema `ima`. A migration that has landed is never edited. */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    name: 'extractions, jobs and flavor marks',
    sql: `
      create table ima.extractions (
        slice_id integer not null,
        -- Epoch seconds; MLO-V2's name of the extraction within its slice.
        current_ts bigint not null,
        tenant_id text not null,
        kpi_name text not null,
        -- open: in the making; kept: selection can run again; gone: its bytes were removed.
        state text not null,
        kpi_at bytea,
        kpi_values bytea,
        kpi_step_ms bigint,
        step_ms bigint,
        row_count integer,
        series_seen integer,
        refusals jsonb,
        created_at bigint not null,
        primary key (slice_id, current_ts)
      );
      create table ima.jobs (
        id text primary key,
        tenant_id text not null,
        slice_id integer not null,
        flavor_id integer not null,
        current_ts bigint not null,
        idempotency_key text,
        status text not null,
        step text not null,
        progress_percent double precision not null,
        detail text,
        request jsonb not null,
        result jsonb,
        created_at bigint not null,
        updated_at bigint not null,
        -- Who works on it, and until when others leave it alone.
        owner text,
        lease_until bigint not null,
        next_at bigint not null,
        attempts integer not null,
        -- A failure that a foreign receiver has yet to be told of.
        report_due boolean not null,
        unique (tenant_id, idempotency_key)
      );
      create index jobs_open on ima.jobs (next_at) where status in ('queued', 'running') or report_due;
      create index jobs_of_slice on ima.jobs (slice_id, current_ts);
      create table ima.flavor_marks (
        slice_id integer primary key,
        tenant_id text not null,
        flavor_id integer not null,
        marked_at bigint not null
      );
    `,
  },
];
