import { Job, SliceId } from '@slicecast/contracts';
import {
  AppError,
  type Database,
  decodeTimeCursor,
  encodeCursor,
  type Server,
} from '@slicecast/platform';
import { Type } from 'typebox';
import { publicJob } from '../adapters/profile-job-row.ts';
import { type CallOffParts, callOff } from '../loops/call-off.ts';
import type { ProfileJob, ProfileJobSteps, ProfileJobs } from '../ports.ts';
import { NextCursor } from './page.ts';

export interface JobsOptions extends CallOffParts {
  readonly database: Database;
  readonly jobs: ProfileJobs & ProfileJobSteps;
  readonly now: () => number;
}

const Page = Type.Object({
  sliceId: Type.Optional(SliceId),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});

/** Profiling jobs are followed, and cancelled. */
export function addJobs(server: Server, options: JobsOptions): void {
  const { jobs } = options;
  const List = Type.Object({ items: Type.Array(Job), nextCursor: NextCursor });
  const listed = { tags: ['jobs'], querystring: Page, response: { 200: List } };
  server.get('/api/v1/jobs', { schema: listed }, async (request) => {
    const { sliceId, cursor, limit } = request.query;
    const before = cursor === undefined ? undefined : positionOf(cursor);
    const found = await jobs.list(request.tenantId, { sliceId, before, limit: limit + 1 });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    const nextCursor = last === undefined ? null : encodeCursor([last.createdAt, last.id]);
    return { items: page.map(publicJob), nextCursor };
  });

  const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
  const one = { tags: ['jobs'], params, response: { 200: Job } };
  server.get('/api/v1/jobs/:id', { schema: one }, async (request) =>
    publicJob(await find(jobs, request.tenantId, request.params.id)),
  );
  server.delete('/api/v1/jobs/:id', { schema: one }, async (request) => {
    const job = await find(jobs, request.tenantId, request.params.id);
    await cancel(options, job);
    return publicJob(await find(jobs, request.tenantId, job.id));
  });
}

async function find(jobs: ProfileJobs, tenantId: string, id: string): Promise<ProfileJob> {
  const job = await jobs.get(id);
  if (job !== undefined && job.tenantId === tenantId) return job;
  throw new AppError(`job ${id} is not known`, { status: 404, code: 'job-unknown' });
}

async function cancel(options: JobsOptions, job: ProfileJob): Promise<void> {
  const { database, jobs, now } = options;
  const end = { status: 'cancelled', detail: 'cancelled on request', modelId: null } as const;
  const ended = await database.transaction((tx) => jobs.end(tx, job.id, { ...end, now: now() }));
  if (!ended) {
    throw new AppError(`job ${job.id} is over`, { status: 409, code: 'job-over' });
  }
  await callOff(options, job);
}

function positionOf(cursor: string) {
  const { at: createdAt, id } = decodeTimeCursor(cursor);
  return { createdAt, id };
}
