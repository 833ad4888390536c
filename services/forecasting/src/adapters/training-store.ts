import { randomUUID } from 'node:crypto';
import type { CreateModel } from '@slicecast/contracts';
import { type Database, json, type Queryable } from '@slicecast/platform';
import type { TrainingStore } from '../ports.ts';
import { insertModel } from './model-store.ts';
import { type TrainingRow, toJob, trainingColumns } from './training-row.ts';

export function createTrainingStore(database: Database): TrainingStore {
  return {
    submit: (request, options) => database.transaction((tx) => submit(tx, request, options)),
    async get(tenantId, id) {
      const [row] = await database.query<TrainingRow>(
        `select ${trainingColumns} from forecasting.trainings where tenant_id = $1 and id = $2`,
        [tenantId, id],
      );
      return row === undefined ? undefined : toJob(row);
    },
    async list(tenantId, { sliceId, limit }) {
      const rows = await database.query<TrainingRow>(
        `select ${trainingColumns} from forecasting.trainings
         where tenant_id = $1 and ($2::integer is null or slice_id = $2)
         order by created_at desc, id desc limit $3`,
        [tenantId, sliceId ?? null, limit],
      );
      return rows.map(toJob);
    },
    async claim(owner, now, leaseMs) {
      const [row] = await database.query<{ id: string; request: CreateModel }>(claimSql, [
        owner,
        now,
        now + leaseMs,
      ]);
      return row;
    },
    async progress(id, owner, { percent, step, now, leaseMs }) {
      const rows = await database.query(
        `update forecasting.trainings
         set progress_percent = $3, step = $4, updated_at = $5, lease_until = $6
         where id = $1 and owner = $2 and status = 'running' returning id`,
        [id, owner, percent, step, now, now + leaseMs],
      );
      return rows.length > 0;
    },
    succeed: (id, owner, trained, now) =>
      database.transaction(async (tx) => {
        const ended = await tx.query(
          `update forecasting.trainings set status = 'succeeded', step = 'done',
             progress_percent = 100, detail = null, model_id = $3, updated_at = $4,
             owner = null, request = null
           where id = $1 and owner = $2 and status = 'running' returning id`,
          [id, owner, trained.model.id, now],
        );
        if (ended.length > 0) await insertModel(tx, trained);
      }),
    async end(id, status, detail, now) {
      const rows = await database.query(
        `update forecasting.trainings set status = $2, detail = $3, updated_at = $4,
           owner = null, request = null
         where id = $1 and status in ('queued', 'running') returning id`,
        [id, status, detail, now],
      );
      return rows.length > 0;
    },
  };
}

async function submit(
  tx: Queryable,
  request: CreateModel,
  { key, now, maxQueued }: Parameters<TrainingStore['submit']>[1],
): ReturnType<TrainingStore['submit']> {
  const { tenantId, sliceId, flavorId } = request;
  if (key !== undefined) {
    const [known] = await tx.query<TrainingRow>(
      `select ${trainingColumns} from forecasting.trainings
       where tenant_id = $1 and idempotency_key = $2`,
      [tenantId, key],
    );
    if (known !== undefined) return { outcome: 'repeated', job: toJob(known) };
  }
  const [waiting] = await tx.query<{ count: number }>(
    `select count(*)::integer as count from forecasting.trainings where status = 'queued'`,
  );
  const queued = waiting?.count ?? 0;
  if (queued >= maxQueued) return { outcome: 'full', queued };
  const [row] = await tx.query<TrainingRow>(insertSql, [
    randomUUID(),
    tenantId,
    sliceId,
    flavorId,
    key ?? null,
    json(request),
    now,
  ]);
  if (row === undefined) throw new Error('an insert returned no row');
  return { outcome: 'created', job: toJob(row) };
}

const insertSql = `
  insert into forecasting.trainings (id, tenant_id, slice_id, flavor_id, idempotency_key, status, step,
    progress_percent, request, created_at, updated_at, lease_until)
  values ($1, $2, $3, $4, $5, 'queued', 'waiting', 0, $6, $7, $7, 0)
  returning ${trainingColumns}`;

const claimSql = `
  update forecasting.trainings set status = 'running', owner = $1, updated_at = $2, lease_until = $3
  where id = (
    select id from forecasting.trainings
    where status in ('queued', 'running') and (owner is null or lease_until < $2)
    order by created_at, id limit 1 for update skip locked
  )
  returning id, request`;
