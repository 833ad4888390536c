import type { Model } from '@slicecast/contracts';
import type { Database } from '@slicecast/platform';
import type { Surplus } from '../ports.ts';

/** Trainings and models of which there are more than need be kept. */
export function createSurplus(database: Database): Surplus {
  return {
    models: (keep) =>
      database.query<Pick<Model, 'id' | 'tenantId' | 'sliceId'>>(
        `select id, tenant_id as "tenantId", slice_id as "sliceId" from (
           select id, tenant_id, slice_id, row_number() over (
             partition by tenant_id, slice_id, flavor_id order by created_at desc, id desc
           ) as place from forecasting.models
         ) as placed where place > $1`,
        [keep],
      ),
    async dropTrainings(keep) {
      await database.query(
        `delete from forecasting.trainings where id in (
           select id from (
             select id, row_number() over (
               partition by tenant_id order by created_at desc, id desc
             ) as place
             from forecasting.trainings where status not in ('queued', 'running')
           ) as placed where place > $1
         )`,
        [keep],
      );
    },
  };
}
