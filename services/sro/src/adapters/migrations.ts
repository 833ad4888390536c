import type { Migration } from '@slicecast/platform';

/** Schema `sro`, the core's part: ids below 50. A migration that has landed is never edited. */
export const coreMigrations: readonly Migration[] = [
  {
    id: 1,
    name: 'slices, outbox and profiling jobs',
    sql: `
      create table sro.slices (
        slice_id integer primary key,
        tenant_id text not null,
        -- 'file' or 'api': who may change the definition.
        managed_by text not null,
        definition jsonb not null,
        -- Desired state as it is published.
        state jsonb not null,
        created_at bigint not null,
        updated_at bigint not null
      );
      create index slices_of_tenant on sro.slices (tenant_id, slice_id);
      create table sro.outbox (
        id bigint generated always as identity primary key,
        slice_id integer not null,
        state jsonb not null,
        at bigint not null
      );
      create table sro.jobs (
        id text primary key,
        tenant_id text not null,
        slice_id integer not null,
        flavor_id integer not null,
        status text not null,
        step text not null,
        progress_percent double precision not null,
        detail text,
        kpi_name text not null,
        -- What X and Y are made from.
        origin jsonb not null,
        -- The tenant's measurements, as a Y file of epoch seconds.
        y_csv text,
        url_to_answer text,
        ima_job text,
        training_job text,
        profile jsonb,
        selection jsonb,
        model_id text,
        attempts integer not null,
        next_at bigint not null,
        created_at bigint not null,
        updated_at bigint not null
      );
      create unique index jobs_active on sro.jobs (slice_id, flavor_id) where status = 'running';
      create index jobs_of_slice on sro.jobs (tenant_id, slice_id, created_at desc, id);
    `,
  },
  {
    id: 2,
    name: 'leases',
    sql: `
      -- Work that one replica does at a time.
      create table sro.leases (
        name text primary key,
        owner text not null,
        -- Epoch ms by the clock of the database.
        until bigint not null
      );`,
  },
  {
    id: 3,
    name: 'versions of states',
    sql: `
      alter table sro.slices
        add column version integer generated always as ((state->>'version')::integer) stored;`,
  },
];
