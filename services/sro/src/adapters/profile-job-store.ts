import { randomUUID } from 'node:crypto';
import type { Profile, SelectionReport } from '@slicecast/contracts';
import { type Database, json, type Queryable } from '@slicecast/platform';
import type { NewProfileJob, ProfileJob, ProfileJobStore, ReceivedProfile } from '../ports.ts';
import { jobColumns, type ProfileJobRow, toProfileJob } from './profile-job-row.ts';

export function createProfileJobStore(database: Database): ProfileJobStore {
  return {
    create: (job, now) => database.transaction((tx) => insert(tx, job, now)),
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
    async change(id, change, now) {
      await database.query(changeSql, [
        id,
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
    async yCsv(id) {
      const sql = 'select y_csv from sro.jobs where id = $1';
      const [row] = await database.query<{ y_csv: string | null }>(sql, [id]);
      return row?.y_csv ?? null;
    },
    async newestY(sliceId, flavorId) {
      const [row] = await database.query<{ kpi_name: string; y_csv: string }>(
        `select kpi_name, y_csv from sro.jobs
         where slice_id = $1 and flavor_id = $2 and y_csv is not null
         order by created_at desc, id desc limit 1`,
        [sliceId, flavorId],
      );
      return row === undefined ? undefined : { kpiName: row.kpi_name, csv: row.y_csv };
    },
    async received(id) {
      const sql = 'select profile, selection from sro.jobs where id = $1 and profile is not null';
      const [row] = await database.query<ProfileRow>(sql, [id]);
      return row === undefined ? undefined : receivedOf(row);
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
    async newestProfile(sliceId, flavorId) {
      const [row] = await database.query<ProfileRow & { id: string; model_id: string }>(
        `select id, model_id, profile, selection from sro.jobs
         where slice_id = $1 and flavor_id = $2 and status = 'succeeded' and profile is not null
         order by updated_at desc, id desc limit 1`,
        [sliceId, flavorId],
      );
      if (row === undefined) return undefined;
      return { jobId: row.id, modelId: row.model_id, received: receivedOf(row) };
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

interface ProfileRow {
  readonly profile: Profile;
  readonly selection: SelectionReport | null;
}

function receivedOf({ profile, selection }: ProfileRow): ReceivedProfile {
  return { profile, selection };
}

async function insert(
  tx: Queryable,
  job: NewProfileJob,
  now: number,
): ReturnType<ProfileJobStore['create']> {
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
  if (row !== undefined) return { outcome: 'created', job: toProfileJob(row) };
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

const changeSql = `
  update sro.jobs set
    step = coalesce($2, step), progress_percent = coalesce($3, progress_percent),
    detail = case when $4 then $5 else detail end,
    ima_job = coalesce($6, ima_job), training_job = coalesce($7, training_job),
    attempts = coalesce($8, attempts), next_at = coalesce($9, next_at), updated_at = $10
  where id = $1 and status = 'running'`;
