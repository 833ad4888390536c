import type { JobStatus, SelectionReport } from '@slicecast/contracts';
import type { ExtractionJob, ExtractionRequest, ExtractionStep } from '../domain/extraction-job.ts';

/** A row of `ima.jobs`; bigints come as text from pg and as numbers from PGlite. */
export interface JobRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly slice_id: number;
  readonly flavor_id: number;
  readonly current_ts: string | number;
  readonly status: JobStatus;
  readonly step: ExtractionStep;
  readonly progress_percent: number;
  readonly detail: string | null;
  readonly request: ExtractionRequest;
  readonly result: SelectionReport | null;
  readonly created_at: string | number;
  readonly updated_at: string | number;
  readonly attempts: number;
}

export const jobColumns = `id, tenant_id, slice_id, flavor_id, current_ts, status, step,
  progress_percent, detail, request, result, created_at, updated_at, attempts`;

export function toJob(row: JobRow): ExtractionJob {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    sliceId: row.slice_id,
    flavorId: row.flavor_id,
    currentTimestamp: Number(row.current_ts),
    status: row.status,
    step: row.step,
    progressPercent: row.progress_percent,
    detail: row.detail,
    request: row.request,
    report: row.result,
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    attempts: row.attempts,
  };
}
