import { randomUUID } from 'node:crypto';
import type { JobStatus, SelectionReport } from '@slicecast/contracts';
import type { Database, Queryable } from '@slicecast/platform';
import type { ExtractionJob, ExtractionRequest, ExtractionStep } from '../domain/extraction-job.ts';
import { type JobRow, jobColumns, toJob } from './job-rows.ts';

export interface NewJob {
  readonly tenantId: string;
  readonly sliceId: number;
  readonly flavorId: number;
  readonly currentTimestamp: number;
  readonly idempotencyKey: string | undefined;
  readonly request: ExtractionRequest;
}

/** What a worker changes in its job; what is left out stays. */
export interface JobChange {
  readonly status?: JobStatus;
  readonly step?: ExtractionStep;
  readonly progressPercent?: number;
  readonly detail?: string | null;
  readonly report?: SelectionReport;
  readonly attempts?: number;
  /** Gives the job back, to be taken up again not before this instant. */
  readonly releaseUntil?: number;
  readonly reportDue?: boolean;
}

/** Making a profile takes minutes, telling of it seconds: neither waits for the other. */
export type Lane = 'making' | 'telling';

export interface JobStore {
  get(id: string): Promise<ExtractionJob | undefined>;
  /** False when the job was over before. */
  cancel(id: string, now: number): Promise<boolean>;
  /** Takes up the oldest job of the lane that is due and that nobody works on; others leave it alone for `leaseMs`. */
  claim(
    lane: Lane,
    owner: string,
    now: number,
    leaseMs: number,
  ): Promise<ExtractionJob | undefined>;
  /** Durable when it resolves; false when the job is no longer the owner's (cancelled, or taken over). */
  change(
    id: string,
    owner: string,
    change: JobChange,
    now: number,
    leaseMs: number,
  ): Promise<boolean>;
}

export function createJobStore(database: Database): JobStore {
  return {
    async get(id) {
      const sql = `select ${jobColumns} from ima.jobs where id = $1`;
      const [row] = await database.query<JobRow>(sql, [id]);
      return row === undefined ? undefined : toJob(row);
    },
    async cancel(id, now) {
      const rows = await database.query(
        `update ima.jobs set status = 'cancelled', detail = 'cancelled on request', updated_at = $2,
           owner = null, report_due = false
         where id = $1 and status in ('queued', 'running') returning id`,
        [id, now],
      );
      return rows.length > 0;
    },
    async claim(lane, owner, now, leaseMs) {
      const telling = lane === 'telling';
      const [row] = await database.query<JobRow>(claimSql, [owner, now, now + leaseMs, telling]);
      return row === undefined ? undefined : toJob(row);
    },
    async change(id, owner, change, now, leaseMs) {
      const released = change.releaseUntil !== undefined;
      const rows = await database.query(changeSql, [
        id,
        owner,
        change.status ?? null,
        change.step ?? null,
        change.progressPercent ?? null,
        change.detail !== undefined,
        change.detail ?? null,
        change.report === undefined ? null : JSON.stringify(change.report),
        change.attempts ?? null,
        released ? null : owner,
        released ? 0 : now + leaseMs,
        change.releaseUntil ?? now,
        change.reportDue ?? null,
        now,
      ]);
      return rows.length > 0;
    },
  };
}

/** Adds a job inside the transaction that reserves its extraction; undefined when the key was used before. */
export async function insertJob(
  tx: Queryable,
  job: NewJob,
  now: number,
): Promise<ExtractionJob | undefined> {
  const [row] = await tx.query<JobRow>(insertSql, [
    randomUUID(),
    job.tenantId,
    job.sliceId,
    job.flavorId,
    job.currentTimestamp,
    job.idempotencyKey ?? null,
    JSON.stringify(job.request),
    now,
  ]);
  return row === undefined ? undefined : toJob(row);
}

export async function findJobByKey(
  database: Queryable,
  tenantId: string,
  key: string,
): Promise<ExtractionJob | undefined> {
  const sql = `select ${jobColumns} from ima.jobs where tenant_id = $1 and idempotency_key = $2`;
  const [row] = await database.query<JobRow>(sql, [tenantId, key]);
  return row === undefined ? undefined : toJob(row);
}

const insertSql = `
  insert into ima.jobs (id, tenant_id, slice_id, flavor_id, current_ts, idempotency_key, status, step,
    progress_percent, detail, request, created_at, updated_at, lease_until, next_at, attempts, report_due)
  values ($1, $2, $3, $4, $5, $6, 'queued', 'waiting', 0, null, $7, $8, $8, 0, $8, 0, false)
  on conflict (tenant_id, idempotency_key) do nothing
  returning ${jobColumns}`;

const claimSql = `
  update ima.jobs set owner = $1, lease_until = $3, updated_at = $2,
    status = case when status = 'queued' then 'running' else status end
  where id = (
    select id from ima.jobs
    where (status in ('queued', 'running') or report_due) and next_at <= $2
      and (owner is null or lease_until < $2)
      and (step = 'delivering' or report_due) = $4
    order by created_at, id limit 1 for update skip locked
  )
  returning ${jobColumns}`;

const changeSql = `
  update ima.jobs set
    status = coalesce($3, status), step = coalesce($4, step),
    progress_percent = coalesce($5, progress_percent),
    detail = case when $6 then $7 else detail end,
    result = coalesce($8::jsonb, result), attempts = coalesce($9, attempts),
    owner = $10, lease_until = $11, next_at = $12,
    report_due = coalesce($13, report_due), updated_at = $14
  where id = $1 and owner = $2
  returning id`;
