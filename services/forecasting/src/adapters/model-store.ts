import type { Model } from '@slicecast/contracts';
import { type Database, json, type Queryable } from '@slicecast/platform';
import type { TrainedModel } from '../domain/trained-model.ts';
import type { ModelStore, Trained } from '../ports.ts';

export function createModelStore(database: Database): ModelStore {
  return {
    async get(tenantId, id) {
      const [row] = await database.query<{ model: Model }>(
        'select model from forecasting.models where tenant_id = $1 and id = $2',
        [tenantId, id],
      );
      return row?.model;
    },
    async list(tenantId, { sliceId, flavorId, before, limit }) {
      const rows = await database.query<{ model: Model }>(
        `select model from forecasting.models
         where tenant_id = $1 and ($2::integer is null or slice_id = $2)
           and ($3::integer is null or flavor_id = $3)
           and ($4::bigint is null or (created_at, id) < ($4, $5))
         order by created_at desc, id desc limit $6`,
        [
          tenantId,
          sliceId ?? null,
          flavorId ?? null,
          before?.createdAt ?? null,
          before?.id ?? null,
          limit,
        ],
      );
      return rows.map(({ model }) => model);
    },
    async load(id) {
      const [row] = await database.query<{ trained: TrainedModel }>(
        'select trained from forecasting.models where id = $1',
        [id],
      );
      return row?.trained;
    },
    async remove(tenantId, id) {
      const rows = await database.query(
        'delete from forecasting.models where tenant_id = $1 and id = $2 returning id',
        [tenantId, id],
      );
      return rows.length > 0;
    },
  };
}

/** Inside the transaction that ends the training; training again after a crash gives the same id and the same model. */
export async function insertModel(tx: Queryable, { model, trained }: Trained): Promise<void> {
  await tx.query(
    `insert into forecasting.models (id, tenant_id, slice_id, flavor_id, created_at, model, trained)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing`,
    [
      model.id,
      model.tenantId,
      model.sliceId,
      model.flavorId,
      model.createdAt,
      json(model),
      json(trained),
    ],
  );
}
