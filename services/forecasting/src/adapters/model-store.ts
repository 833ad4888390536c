import type { Model } from '@slicecast/contracts';
import { type Database, json, type Queryable } from '@slicecast/platform';
import { formatOfApartTrees, joinTrees } from '../domain/apart-trees.ts';
import { packNumbers } from '../domain/pack-numbers.ts';
import { type TrainedModel, trainedModelFormat } from '../domain/trained-model.ts';
import type { ModelStore, StoredModel } from '../ports.ts';
import { pageParams, pageSql } from './list-page.ts';

export function createModelStore(database: Database): ModelStore {
  return {
    async get(tenantId, id) {
      const [row] = await database.query<{ model: Model }>(
        'select model from forecasting.models where tenant_id = $1 and id = $2',
        [tenantId, id],
      );
      return row?.model;
    },
    async list(tenantId, page) {
      const sql = `select model from forecasting.models ${pageSql}`;
      const rows = await database.query<{ model: Model }>(sql, pageParams(tenantId, page));
      return rows.map(({ model }) => model);
    },
    async load(id) {
      const [row] = await database.query<{ trained: TrainedModel }>(
        `select trained from forecasting.models
         where id = $1 and trained ->> 'formatVersion' in ($2, $3)`,
        [id, String(trainedModelFormat), String(formatOfApartTrees)],
      );
      if (row === undefined) return undefined;
      const { trained } = row;
      return packNumbers(
        trained.formatVersion === trainedModelFormat ? trained : joinTrees(trained),
      );
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

/**
 * Inside the transaction that ends the training. The id follows from what was learned, so what
 * forecasts are made with never changes under it; a model that was learned again is the newest again.
 */
export async function insertModel(tx: Queryable, { model, trained }: StoredModel): Promise<void> {
  const { id, tenantId, sliceId, flavorId, createdAt } = model;
  await tx.query(
    `insert into forecasting.models (id, tenant_id, slice_id, flavor_id, created_at, model, trained)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do update set created_at = excluded.created_at, model = excluded.model`,
    [id, tenantId, sliceId, flavorId, createdAt, json(model), json(trained)],
  );
}
