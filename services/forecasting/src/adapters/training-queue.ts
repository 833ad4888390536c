import { type Database, json, type Queryable } from '@slicecast/platform';
import type { ClaimedTraining, TrainingOutcome, TrainingQueue } from '../ports.ts';
import { insertModel } from './model-store.ts';

export function createTrainingQueue(database: Database): TrainingQueue {
  return {
    async claim(owner, now, leaseMs) {
      const [claimed] = await database.query<ClaimedTraining>(claimSql, [
        owner,
        now,
        now + leaseMs,
      ]);
      return claimed;
    },
    async renew(id, owner, { percent, step, now, leaseMs }) {
      const rows = await database.query(
        `update forecasting.trainings
         set progress_percent = $3, step = $4, updated_at = $5, lease_until = $6
         where id = $1 and owner = $2 and status = 'running' returning id`,
        [id, owner, percent, step, now, now + leaseMs],
      );
      return rows.length > 0;
    },
    settle: (id, owner, outcome, now) =>
      database.transaction(async (tx) => {
        const settled = await settle(tx, [id, owner, now], outcome);
        if (settled.length > 0 && outcome.status === 'succeeded') {
          await insertModel(tx, outcome.made);
        }
      }),
  };
}

const own = `where id = $1 and owner = $2 and status = 'running' returning id`;

function settle(tx: Queryable, params: unknown[], outcome: TrainingOutcome): Promise<object[]> {
  switch (outcome.status) {
    case 'succeeded':
      return tx.query(
        `update forecasting.trainings set status = 'succeeded', step = 'done', model_id = $4,
           progress_percent = 100, detail = $5, promotion = $6, won = case when incumbent is null then null else $7::boolean end,
           updated_at = $3, owner = null, request = null ${own}`,
        [
          ...params,
          outcome.made.model.id,
          outcome.detail ?? null,
          outcome.promotion === undefined ? null : json(outcome.promotion),
          outcome.promotion !== undefined,
        ],
      );
    case 'failed':
      return tx.query(
        `update forecasting.trainings set status = 'failed', detail = $4, updated_at = $3,
           owner = null, request = null ${own}`,
        [...params, outcome.detail],
      );
    case 'returned':
      // It did not fail: this beginning does not count.
      return tx.query(
        `update forecasting.trainings set status = 'queued', step = 'waiting', updated_at = $3,
           progress_percent = 0, owner = null, lease_until = 0, attempts = attempts - 1 ${own}`,
        params,
      );
  }
}

const claimSql = `
  update forecasting.trainings
  set status = 'running', owner = $1, updated_at = $2, lease_until = $3, attempts = attempts + 1
  where id = (
    select id from forecasting.trainings
    where status in ('queued', 'running') and (owner is null or lease_until < $2)
    order by created_at, id limit 1 for update skip locked
  )
  returning id, tenant_id as "tenantId", slice_id as "sliceId", flavor_id as "flavorId", request,
    attempts, incumbent`;
