import type { Migration } from '@slicecast/platform';

/** Schema `forecasting`. A migration that has landed is never edited. */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    name: 'models and trainings',
    sql: `
      create table forecasting.models (
        id text primary key,
        tenant_id text not null,
        slice_id integer not null,
        flavor_id integer not null,
        created_at bigint not null,
        -- As people read it, and as forecasts are made with it.
        model jsonb not null,
        trained jsonb not null
      );
      create index models_of_slice on forecasting.models (tenant_id, slice_id, created_at desc, id);
      create table forecasting.trainings (
        id text primary key,
        tenant_id text not null,
        slice_id integer not null,
        flavor_id integer not null,
        idempotency_key text,
        status text not null,
        step text not null,
        progress_percent double precision not null,
        detail text,
        -- The request's JSON as it was sent, until the training is over: jsonb would order it anew.
        request text,
        model_id text,
        created_at bigint not null,
        updated_at bigint not null,
        -- Who works on it, how often it was begun, and until when others leave it alone.
        owner text,
        attempts integer not null default 0,
        lease_until bigint not null,
        unique (tenant_id, idempotency_key)
      );
      create index trainings_open on forecasting.trainings (created_at) where status in ('queued', 'running');
      create index trainings_of_tenant on forecasting.trainings (tenant_id, created_at desc, id);
    `,
  },
  {
    id: 2,
    name: 'trainings from the record',
    sql: `
      alter table forecasting.trainings
        -- 'request', or 'drift' of one that the service asked for itself.
        add column origin text not null default 'request',
        -- The model to be beaten.
        add column incumbent text,
        -- What is to be told of the model that won, until the log has it.
        add column promotion jsonb;
      create index trainings_won on forecasting.trainings (updated_at) where promotion is not null;
    `,
  },
  {
    id: 3,
    name: 'whether a training from the record won',
    sql: `
      -- Null of a training that was requested, of one that is not over, and of those before it was kept.
      alter table forecasting.trainings add column won boolean;
      create index trainings_of_drift on forecasting.trainings (tenant_id, slice_id, created_at desc, id)
        where origin = 'drift';
    `,
  },
];
