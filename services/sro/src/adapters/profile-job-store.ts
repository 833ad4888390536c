import { randomUUID } from 'node:crypto';
import { type Database, json, type Queryable } from '@slicecast/platform';
import type { NewProfileJob, ProfileJob, ProfileJobSteps, ProfileJobs } from '../ports.ts';
import { boundJobs } from './bound-jobs.ts';
import { jobColumns, type ProfileJobRow, toProfileJob } from './profile-job-row.ts';

export function createProfileJobStore(database: Database): ProfileJobs & ProfileJobSteps {
  return {
    create: insert,
    async get(id) {
      const sql = `select ${jobColumns} from sro.jobs where id = $1`;
      const [row] = await database.query<ProfileJobRow>(sql, [id]);
      return row === undefined ? undefined : toProfileJob(row);
    },
    async list(tenantId, { sliceId, before, limit }) {
      const rows = await database.query<ProfileJobRow>(
        `select ${jobColumns} from sro.jobs
         where tenant_id = $1 and ($2::integer is null or slice_id = $2)
           and ($3::bigint is null or (created_at, id) < ($3, $4))
         order by created_at desc, id desc limit $5`,
        [tenantId, sliceId ?? null, before?.createdAt ?? null, before?.id ?? null, limit],
      );
      return rows.map(toProfileJob);
    },
    async due(now, limit) {
      const rows = await database.query<ProfileJobRow>(
        `select ${jobColumns} from sro.jobs where status = 'running' and next_at <= $1
         order by next_at, id limit $2`,
        [now, limit],
      );
      return rows.map(toProfileJob);
    },
    async change({ id, step }, change, now) {
      await database.query(changeSql, [
        id,
        step,
        change.step ?? null,
        change.progressPercent ?? null,
        change.detail !== undefined,
        change.detail ?? null,
        change.imaJob ?? null,
        change.trainingJob ?? null,
        change.attempts ?? null,
        change.nextAt ?? null,
        now,
      ]);
    },
    async receive(id, { profile, selection }, now) {
      const rows = await database.query(
        `update sro.jobs set profile = $2, selection = $3, step = 'submitting',
           progress_percent = greatest(progress_percent, 60), detail = null, attempts = 0,
           next_at = $4, updated_at = $4
         where id = $1 and profile is null and status = 'running' returning id`,
        [id, json(profile), selection === null ? null : json(selection), now],
      );
      return rows.length > 0;
    },
    async end(tx, id, { status, detail, modelId, now }) {
      const rows = await tx.query(
        `update sro.jobs set status = $2, detail = $3, model_id = $4, updated_at = $5,
           step = case when $2 = 'succeeded' then 'done' else step end,
           progress_percent = case when $2 = 'succeeded' then 100 else progress_percent end
         where id = $1 and status = 'running' returning id`,
        [id, status, detail, modelId, now],
      );
      return rows.length > 0;
    },
  };
}

async function insert(
  tx: Queryable,
  job: NewProfileJob,
  now: number,
): ReturnType<ProfileJobs['create']> {
  const received = job.received;
  const [row] = await tx.query<ProfileJobRow>(insertSql, [
    randomUUID(),
    job.tenantId,
    job.sliceId,
    job.flavorId,
    received === undefined ? 'requesting' : 'submitting',
    job.kpiName,
    json(job.origin),
    job.yCsv,
    job.urlToAnswer,
    received === undefined ? null : json(received.profile),
    received?.selection == null ? null : json(received.selection),
    now,
  ]);
  if (row !== undefined) {
    await boundJobs(tx, job.sliceId, job.flavorId);
    return { outcome: 'created', job: toProfileJob(row) };
  }
  const [active] = await tx.query<Pick<ProfileJob, 'id'>>(
    `select id from sro.jobs where slice_id = $1 and flavor_id = $2 and status = 'running'`,
    [job.sliceId, job.flavorId],
  );
  return { outcome: 'active', jobId: active?.id ?? '' };
}

const insertSql = `
  insert into sro.jobs (id, tenant_id, slice_id, flavor_id, status, step, progress_percent, kpi_name,
    origin, y_csv, url_to_answer, profile, selection, attempts, next_at, created_at, updated_at)
  values ($1, $2, $3, $4, 'running', $5, 0, $6, $7, $8, $9, $10, $11, 0, $12, $12, $12)
  on conflict (slice_id, flavor_id) where status = 'running' do nothing
  returning ${jobColumns}`;

/** A step that was overtaken changes nothing, and nobody sees the progress go back. */
const changeSql = `
  update sro.jobs set
    step = coalesce($3, step),
    progress_percent = greatest(coalesce($4, progress_percent), progress_percent),
    detail = case when $5 then $6 else detail end,
    ima_job = coalesce($7, ima_job), training_job = coalesce($8, training_job),
    attempts = coalesce($9, attempts), next_at = coalesce($10, next_at), updated_at = $11
  where id = $1 and step = $2 and status = 'running'`;
