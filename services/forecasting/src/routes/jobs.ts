import { Job } from '@slicecast/contracts';
import { AppError, type Clock, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { TrainingJobs } from '../ports.ts';
import { ListQuery, nextCursor, pageOf } from './list-query.ts';

export interface JobsOptions {
  readonly jobs: TrainingJobs;
  readonly wallClock: Pick<Clock, 'now'>;
  /** Tells the worker, if it is in this process. */
  readonly cancelled: (jobId: string) => void;
}

const Jobs = Type.Object({
  items: Type.Array(Job),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
});
const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });

/** Trainings as jobs, to be followed and cancelled; newest first. */
export function addJobs(server: Server, { jobs, wallClock, cancelled }: JobsOptions): void {
  server.get(
    '/api/v1/jobs',
    { schema: { tags: ['jobs'], querystring: ListQuery, response: { 200: Jobs } } },
    async (request) => {
      const page = pageOf(request.query);
      const items = await jobs.list(request.tenantId, page);
      return { items, nextCursor: nextCursor(items, page) };
    },
  );

  const one = { tags: ['jobs'], params: Id, response: { 200: Job } };
  server.get('/api/v1/jobs/:id', { schema: one }, (request) =>
    find(jobs, request.tenantId, request.params.id),
  );
  server.delete('/api/v1/jobs/:id', { schema: one }, async (request) => {
    const { tenantId } = request;
    const { id } = request.params;
    const job = await find(jobs, tenantId, id);
    if (!(await jobs.cancel(tenantId, id, wallClock.now()))) {
      const { status } = await find(jobs, tenantId, id);
      throw new AppError(`job ${job.id} is over: it is ${status}`, {
        status: 409,
        code: 'job-over',
      });
    }
    cancelled(id);
    return find(jobs, tenantId, id);
  });
}

async function find(jobs: TrainingJobs, tenantId: string, id: string): Promise<Job> {
  const job = await jobs.get(tenantId, id);
  if (job !== undefined) return job;
  throw new AppError(`job ${id} is not known`, { status: 404, code: 'job-unknown' });
}
