import { EpochMs, Job, K, SelectionReport, SliceId } from '@slicecast/contracts';
import {
  AppError,
  type Database,
  decodeTimeCursor,
  encodeCursor,
  type Logger,
  type Server,
} from '@slicecast/platform';
import { Type } from 'typebox';
import { publicJob } from '../adapters/profile-job-row.ts';
import type { Callbacks } from '../callbacks.ts';
import type {
  DefinitionStore,
  Extraction,
  ProfileJob,
  ProfileJobStore,
  SliceStore,
  Training,
} from '../ports.ts';
import { findFlavor, findSlice } from './find-slice.ts';
import { alreadyActive, kOf } from './profile.ts';

export interface JobsOptions {
  readonly database: Database;
  readonly slices: SliceStore & DefinitionStore;
  readonly jobs: ProfileJobStore;
  readonly extraction: Extraction;
  readonly training: Training;
  readonly callbacks: Pick<Callbacks, 'check'>;
  readonly logger: Logger;
  readonly now: () => number;
}

const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });
const SliceFlavor = Type.Object({ id: SliceId, flavor: Type.String({ maxLength: 63 }) });
const Page = Type.Object({
  sliceId: Type.Optional(Type.Integer()),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});
const Range = Type.Object(
  {
    start: EpochMs,
    end: EpochMs,
    k: Type.Optional(K),
    urlToAnswer: Type.Optional(Type.String({ maxLength: 2000 })),
  },
  { additionalProperties: false },
);

/** Profiling jobs and what came of them. */
export function addJobs(server: Server, options: JobsOptions): void {
  const { jobs, slices } = options;
  server.get(
    '/api/v1/jobs',
    {
      schema: {
        tags: ['jobs'],
        querystring: Page,
        response: {
          200: Type.Object({
            items: Type.Array(Job),
            nextCursor: Type.Union([Type.String(), Type.Null()]),
          }),
        },
      },
    },
    async (request) => {
      const { sliceId, cursor, limit } = request.query;
      const before = cursor === undefined ? undefined : positionOf(cursor);
      const found = await jobs.list(request.tenantId, { sliceId, before, limit });
      const last = found.length === limit ? found.at(-1) : undefined;
      const nextCursor = last === undefined ? null : encodeCursor([last.createdAt, last.id]);
      return { items: found.map(publicJob), nextCursor };
    },
  );

  const one = { tags: ['jobs'], params: Id, response: { 200: Job } };
  server.get('/api/v1/jobs/:id', { schema: one }, async (request) =>
    publicJob(await find(jobs, request.tenantId, request.params.id)),
  );
  server.delete('/api/v1/jobs/:id', { schema: one }, async (request) => {
    const job = await find(jobs, request.tenantId, request.params.id);
    await cancel(options, job);
    return publicJob(await find(jobs, request.tenantId, job.id));
  });

  server.get(
    '/api/v1/slices/:id/profiles/:flavor',
    { schema: { tags: ['slices'], params: SliceFlavor, response: { 200: ProfileSummary } } },
    async (request) => {
      const slice = await findSlice(slices, request.params.id, request.tenantId);
      const { id: flavorId } = findFlavor(slice, request.params.flavor);
      const newest = await jobs.newestProfile(slice.sliceId, flavorId);
      if (newest === undefined) {
        throw new AppError(
          `flavor ${flavorId} has no profile yet: POST a Y file to /slice/${slice.sliceId}/flavor/${flavorId}/profile`,
          { status: 404, code: 'profile-unknown' },
        );
      }
      const { received, modelId, jobId } = newest;
      const { at, stepMs, features } = received.profile;
      const head = { sliceId: slice.sliceId, flavorId, jobId, modelId };
      const { selection } = received;
      return { ...head, rows: at.length, stepMs, featureCount: features.length, selection };
    },
  );

  server.post(
    '/api/v1/slices/:id/flavors/:flavor/profiles',
    {
      schema: {
        tags: ['slices'],
        summary: "Profiles a flavor over a time range, with the KPI from the slice's kpi.query",
        params: SliceFlavor,
        body: Range,
        response: { 202: Type.Object({ job: Job }) },
      },
    },
    async (request, reply) => {
      const slice = await findSlice(slices, request.params.id, request.tenantId);
      const { id: flavorId } = findFlavor(slice, request.params.flavor);
      const { start, end, k, urlToAnswer } = request.body;
      refuseRange(slice.kpi.query, start, end);
      if (urlToAnswer !== undefined) await options.callbacks.check(urlToAnswer, '/urlToAnswer');
      const created = await jobs.create(
        {
          tenantId: slice.tenantId,
          sliceId: slice.sliceId,
          flavorId,
          kpiName: slice.kpi.name,
          origin: {
            kind: 'range',
            k: k ?? (await kOf(slices, slice.sliceId)),
            startMs: start,
            endMs: end,
          },
          yCsv: null,
          urlToAnswer: urlToAnswer ?? null,
        },
        options.now(),
      );
      if (created.outcome === 'active') throw alreadyActive(flavorId, created.jobId);
      reply.code(202).header('location', `/api/v1/jobs/${created.job.id}`);
      return { job: publicJob(created.job) };
    },
  );
}

const ProfileSummary = Type.Object({
  sliceId: SliceId,
  flavorId: Type.Integer(),
  jobId: Type.String(),
  modelId: Type.String(),
  rows: Type.Integer(),
  stepMs: Type.Integer(),
  featureCount: Type.Integer(),
  selection: Type.Union([SelectionReport, Type.Null()]),
});

function refuseRange(query: string | undefined, start: number, end: number): void {
  if (query === undefined) {
    throw new AppError(
      'the slice has no kpi.query: adopt one with POST /api/v1/slices/:id/kpi_query, or send a Y file',
      { status: 409, code: 'kpi-query-missing' },
    );
  }
  if (end > start) return;
  const message = 'must be later than start';
  const errors = [{ field: '/end', value: end, message }];
  throw new AppError(`/end ${message}`, { status: 400, code: 'range-invalid', errors });
}

async function find(jobs: ProfileJobStore, tenantId: string, id: string): Promise<ProfileJob> {
  const job = await jobs.get(id);
  if (job !== undefined && job.tenantId === tenantId) return job;
  throw new AppError(`job ${id} is not known`, { status: 404, code: 'job-unknown' });
}

/** The job is over at once; the work elsewhere is told, and comes to nothing if it cannot be. */
async function cancel(options: JobsOptions, job: ProfileJob): Promise<void> {
  const { database, jobs, extraction, training, logger, now } = options;
  const end = { status: 'cancelled', detail: 'cancelled on request', modelId: null } as const;
  const ended = await database.transaction((tx) => jobs.end(tx, job.id, { ...end, now: now() }));
  if (!ended) {
    const message = `job ${job.id} is over: it ${job.status}`;
    throw new AppError(message, { status: 409, code: 'job-over' });
  }
  const told =
    job.step === 'training' && job.trainingJob !== null
      ? training.cancel(job.tenantId, job.trainingJob)
      : job.step === 'extracting' && job.imaJob !== null
        ? extraction.cancel(job.tenantId, job.imaJob)
        : Promise.resolve();
  await told.catch((error) => logger.warn({ err: error, jobId: job.id }, 'could not be told'));
}

function positionOf(cursor: string) {
  const { at: createdAt, id } = decodeTimeCursor(cursor);
  return { createdAt, id };
}
