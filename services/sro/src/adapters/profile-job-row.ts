import type { Job, JobStatus } from '@slicecast/contracts';
import type { ProfileJob, ProfileOrigin, ProfileStep } from '../ports.ts';

/** A row of `sro.jobs`, without its data. */
export interface ProfileJobRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly slice_id: number;
  readonly flavor_id: number;
  readonly status: JobStatus;
  readonly step: ProfileStep;
  readonly progress_percent: number;
  readonly detail: string | null;
  readonly kpi_name: string;
  readonly origin: ProfileOrigin;
  readonly url_to_answer: string | null;
  readonly ima_job: string | null;
  readonly training_job: string | null;
  readonly model_id: string | null;
  readonly attempts: number;
  readonly created_at: number;
  readonly updated_at: number;
}

export const jobColumns = `id, tenant_id, slice_id, flavor_id, status, step, progress_percent, detail,
  kpi_name, origin, url_to_answer, ima_job, training_job, model_id, attempts, created_at, updated_at`;

export function toProfileJob(row: ProfileJobRow): ProfileJob {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    sliceId: row.slice_id,
    flavorId: row.flavor_id,
    status: row.status,
    step: row.step,
    progressPercent: row.progress_percent,
    detail: row.detail,
    kpiName: row.kpi_name,
    origin: row.origin,
    urlToAnswer: row.url_to_answer,
    imaJob: row.ima_job,
    trainingJob: row.training_job,
    modelId: row.model_id,
    attempts: row.attempts,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** As everybody follows jobs. */
export function publicJob(job: ProfileJob): Job {
  return {
    id: job.id,
    kind: 'profile',
    tenantId: job.tenantId,
    sliceId: job.sliceId,
    flavorId: job.flavorId,
    status: job.status,
    step: job.step,
    progressPercent: job.progressPercent,
    detail: job.detail,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
    result: job.modelId === null ? null : { modelId: job.modelId },
  };
}
