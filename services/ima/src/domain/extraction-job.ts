import type { Job, JobStatus, K, SelectionReport } from '@slicecast/contracts';

/** Where the KPI of an extraction comes from. */
export type KpiOrigin =
  | { readonly kind: 'file' }
  | {
      readonly kind: 'query';
      readonly query: string;
      readonly startMs: number;
      readonly endMs: number;
    };

export interface ExtractionRequest {
  readonly k: K;
  readonly callbackUrl: string;
  readonly kpi: KpiOrigin;
  /** Selection alone, on an extraction that is kept. */
  readonly rerun: boolean;
}

export type ExtractionStep = 'waiting' | 'extracting' | 'selecting' | 'delivering' | 'done';

/** One profile in the making: extraction, selection and the callback. */
export interface ExtractionJob {
  readonly id: string;
  readonly tenantId: string;
  readonly sliceId: number;
  readonly flavorId: number;
  /** Epoch seconds; names the extraction within its slice. */
  readonly currentTimestamp: number;
  readonly status: JobStatus;
  readonly step: ExtractionStep;
  readonly progressPercent: number;
  readonly detail: string | null;
  readonly request: ExtractionRequest;
  /** What the selection gave, from then on. */
  readonly report: SelectionReport | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Deliveries tried so far. */
  readonly attempts: number;
}

/** The job as `GET /api/v1/jobs/:id` shows it. */
export function publicJob(job: ExtractionJob): Job {
  return {
    id: job.id,
    kind: 'extraction',
    tenantId: job.tenantId,
    sliceId: job.sliceId,
    flavorId: job.flavorId,
    status: job.status,
    step: job.step,
    progressPercent: job.progressPercent,
    detail: job.detail,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
    result: { currentTimestamp: job.currentTimestamp, selection: job.report },
  };
}

export function isOver(status: JobStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}
