import { randomUUID } from 'node:crypto';
import { type Database, json, type Queryable } from '@slicecast/platform';
import type { TrainingJobs } from '../ports.ts';
import { pageParams, pageSql } from './list-page.ts';
import { type TrainingRow, toJob, trainingColumns } from './training-row.ts';

export function createTrainingJobs(database: Database): TrainingJobs {
  return {
    submit: (request, options) => database.transaction((tx) => submit(tx, request, options)),
    async get(tenantId, id) {
      const [row] = await database.query<TrainingRow>(
        `select ${trainingColumns} from forecasting.trainings where tenant_id = $1 and id = $2`,
        [tenantId, id],
      );
      return row === undefined ? undefined : toJob(row);
    },
    async list(tenantId, page) {
      const sql = `select ${trainingColumns} from forecasting.trainings ${pageSql}`;
      const rows = await database.query<TrainingRow>(sql, pageParams(tenantId, page));
      return rows.map(toJob);
    },
    async cancel(tenantId, id, now) {
      const rows = await database.query(
        `update forecasting.trainings set status = 'cancelled', detail = 'cancelled on request',
           updated_at = $3, owner = null, request = null
         where tenant_id = $1 and id = $2 and status in ('queued', 'running') returning id`,
        [tenantId, id, now],
      );
      return rows.length > 0;
    },
  };
}

async function submit(
  tx: Queryable,
  request: Parameters<TrainingJobs['submit']>[0],
  { key, now, maxQueued, drift }: Parameters<TrainingJobs['submit']>[1],
): ReturnType<TrainingJobs['submit']> {
  const { tenantId, sliceId, flavorId } = request;
  const known = await findByKey(tx, tenantId, key);
  if (known !== undefined) return { outcome: 'repeated', job: toJob(known) };
  const [waiting] = await tx.query<{ count: number }>(
    `select count(*)::integer as count from forecasting.trainings where status = 'queued'`,
  );
  const queued = waiting?.count ?? 0;
  if (queued >= maxQueued) return { outcome: 'full', queued };
  const asked = [randomUUID(), tenantId, sliceId, flavorId, key ?? null, json(request), now];
  const params = [...asked, drift === undefined ? 'request' : 'drift', drift?.incumbent ?? null];
  const [row] = await tx.query<TrainingRow>(insertSql, params);
  if (row !== undefined) return { outcome: 'created', job: toJob(row) };
  // Another request with the same key was quicker; the insert waited until that one was durable.
  const quicker = await findByKey(tx, tenantId, key);
  if (quicker === undefined) throw new Error('an insert returned no row');
  return { outcome: 'repeated', job: toJob(quicker) };
}

async function findByKey(tx: Queryable, tenantId: string, key: string | undefined) {
  if (key === undefined) return undefined;
  const [row] = await tx.query<TrainingRow>(
    `select ${trainingColumns} from forecasting.trainings
     where tenant_id = $1 and idempotency_key = $2`,
    [tenantId, key],
  );
  return row;
}

const insertSql = `
  insert into forecasting.trainings (id, tenant_id, slice_id, flavor_id, idempotency_key, status, step,
    progress_percent, request, created_at, updated_at, lease_until, origin, incumbent)
  values ($1, $2, $3, $4, $5, 'queued', 'waiting', 0, $6, $7, $7, 0, $8, $9)
  on conflict (tenant_id, idempotency_key) do nothing
  returning ${trainingColumns}`;
