import type { Job, JobStatus } from '@slicecast/contracts';

/** A row of `forecasting.trainings`, without the request. */
export interface TrainingRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly slice_id: number;
  readonly flavor_id: number;
  readonly origin: string;
  readonly status: JobStatus;
  readonly step: string;
  readonly progress_percent: number;
  readonly detail: string | null;
  readonly model_id: string | null;
  readonly incumbent: string | null;
  readonly won: boolean | null;
  readonly created_at: number;
  readonly updated_at: number;
}

export const trainingColumns = `id, tenant_id, slice_id, flavor_id, origin, status, step, progress_percent,
  detail, model_id, incumbent, won, created_at, updated_at`;

export function toJob(row: TrainingRow): Job {
  return {
    id: row.id,
    kind: 'training',
    tenantId: row.tenant_id,
    sliceId: row.slice_id,
    flavorId: row.flavor_id,
    ...(row.origin === 'request' ? {} : { origin: row.origin }),
    status: row.status,
    step: row.step,
    progressPercent: row.progress_percent,
    detail: row.detail,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    result: resultOf(row),
  };
}

/** Of a training because of drift: whether the model beat the one that was in charge. */
function resultOf({ model_id: modelId, incumbent, won }: TrainingRow): unknown {
  if (modelId === null) return null;
  return incumbent === null || won === null ? { modelId } : { modelId, incumbent, won };
}
