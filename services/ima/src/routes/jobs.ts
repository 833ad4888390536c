import { Job } from '@slicecast/contracts';
import { AppError, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { JobStore } from '../adapters/job-store.ts';
import { type ExtractionJob, publicJob } from '../domain/extraction-job.ts';

export interface JobsOptions {
  readonly store: JobStore;
  /** Tells the worker, if it is in this process. */
  readonly cancelled: (jobId: string) => void;
  readonly now: () => number;
}

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });

/** Jobs of extraction, to be followed and cancelled. */
export function addJobs(server: Server, options: JobsOptions): void {
  const { store, now } = options;
  const shown = { tags: ['jobs'], params, response: { 200: Job } };
  server.get('/api/v1/jobs/:id', { schema: shown }, async (request) =>
    publicJob(await find(store, request.params.id, request.tenantId)),
  );
  server.delete('/api/v1/jobs/:id', { schema: shown }, async (request) => {
    const { id } = request.params;
    const job = await find(store, id, request.tenantId);
    if (await store.cancel(id, now())) {
      options.cancelled(id);
      return publicJob(await find(store, id, request.tenantId));
    }
    throw new AppError(`job ${id} is over: it ${job.status}`, { status: 409, code: 'job-over' });
  });
}

async function find(store: JobStore, id: string, tenantId: string): Promise<ExtractionJob> {
  const job = await store.get(id);
  if (job !== undefined && job.tenantId === tenantId) return job;
  throw new AppError(`job ${id} is not known`, { status: 404, code: 'job-unknown' });
}
