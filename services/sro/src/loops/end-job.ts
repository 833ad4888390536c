import type { Model } from '@slicecast/contracts';
import type { Database, Queryable } from '@slicecast/platform';
import { changeSlice } from '../adapters/slice-store.ts';
import type { Callbacks } from '../callbacks.ts';
import type { ProfileJob, ProfileJobSteps, Training } from '../ports.ts';

export interface EndJobParts {
  readonly database: Database;
  readonly jobs: ProfileJobSteps;
  readonly training: Training;
  readonly callbacks: Pick<Callbacks, 'enqueue'>;
  readonly now: () => number;
  /** Something is in the outbox. */
  published(): void;
}

/** The ends of a profiling job: what it leads to, its own end and the tenant's callback are one transaction. */
export function createJobEnds(parts: EndJobParts) {
  const { database, jobs, training, now } = parts;
  return {
    async promote(job: ProfileJob, modelId: string, signal: AbortSignal): Promise<void> {
      const model = await training.model(job.tenantId, modelId, signal);
      await database.transaction(async (tx) => {
        const end = { status: 'succeeded', detail: null, modelId, now: now() } as const;
        if (!(await jobs.end(tx, job.id, end))) return;
        await putInCharge(tx, job, model, now());
        await callBack(parts, tx, job, { event: 'profile.ready', model });
      });
      parts.published();
    },
    async fail(job: ProfileJob, error: { code: string; detail: string }): Promise<void> {
      await database.transaction(async (tx) => {
        const end = { status: 'failed', detail: error.detail, modelId: null, now: now() } as const;
        if (!(await jobs.end(tx, job.id, end))) return;
        await callBack(parts, tx, job, { event: 'profile.failed', error });
      });
    },
  };
}

async function putInCharge(tx: Queryable, job: ProfileJob, model: Model, now: number) {
  const { flavorId } = job;
  await changeSlice(
    tx,
    job.sliceId,
    (state) => ({
      ...state,
      stepMs: model.stepMs,
      trained: [
        ...state.trained.filter((trained) => trained.flavorId !== flavorId),
        { flavorId, features: model.features, modelId: model.id },
      ].sort((a, b) => a.flavorId - b.flavorId),
    }),
    now,
  );
}

type Event =
  | { readonly event: 'profile.ready'; readonly model: Model }
  | { readonly event: 'profile.failed'; readonly error: { code: string; detail: string } };

async function callBack(
  { callbacks, now }: EndJobParts,
  tx: Queryable,
  job: ProfileJob,
  event: Event,
) {
  if (job.urlToAnswer === null) return;
  const { tenantId, sliceId, flavorId, id: jobId } = job;
  const at = now();
  await callbacks.enqueue(tx, {
    id: `${jobId}-${event.event}`,
    tenantId,
    sliceId,
    url: job.urlToAnswer,
    body: { ...event, tenantId, sliceId, flavorId, jobId, at },
    now: at,
  });
}
