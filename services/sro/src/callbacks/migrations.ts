import type { Migration } from '@slicecast/platform';

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
  {
    id: 52,
    name: 'callbacks-give-up',
    sql: `
      -- A dead one that is tried again gets a new end, and keeps the time it was made.
      alter table sro.callbacks add column give_up_at bigint;
      update sro.callbacks set give_up_at = created_at + 86400000;
      alter table sro.callbacks alter column give_up_at set not null;
      create index callbacks_ended on sro.callbacks (updated_at) where status <> 'waiting';
    `,
  },
];
