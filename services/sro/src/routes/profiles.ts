import { EpochMs, Job, JobStatus, K, SelectionReport, SliceId } from '@slicecast/contracts';
import { AppError, type Idempotency, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import { publicJob } from '../adapters/profile-job-row.ts';
import type { Callbacks } from '../callbacks.ts';
import type { DefinitionStore, ProfileData, ProfileJobs, SliceStore } from '../ports.ts';
import { answerOnce } from './answer-once.ts';
import { findFlavor } from './find-flavor.ts';
import { alreadyActive, kOf } from './profile.ts';
import { sliceOf } from './slice-of.ts';

export interface ProfilesOptions {
  readonly slices: SliceStore & DefinitionStore;
  readonly jobs: ProfileJobs;
  readonly profiles: ProfileData;
  readonly idempotency: Idempotency;
  readonly callbacks: Pick<Callbacks, 'check'>;
  readonly now: () => number;
}

const params = Type.Object({ id: SliceId, flavor: Type.String({ maxLength: 63 }) });
const Range = Type.Object(
  {
    start: EpochMs,
    end: EpochMs,
    k: Type.Optional(K),
    urlToAnswer: Type.Optional(Type.String({ maxLength: 2000 })),
  },
  { additionalProperties: false },
);
const ProfileSummary = Type.Object({
  sliceId: SliceId,
  flavorId: Type.Integer(),
  jobId: Type.String(),
  jobStatus: JobStatus,
  /** What was made of it; null while or when nothing was. */
  modelId: Type.Union([Type.String(), Type.Null()]),
  rows: Type.Integer(),
  stepMs: Type.Integer(),
  featureCount: Type.Integer(),
  /** Null where the files came from a peer that says nothing of it. */
  selection: Type.Union([SelectionReport, Type.Null()]),
});

/** What an extraction gave, and profiles over a time range in place of a Y file. */
export function addProfiles(server: Server, options: ProfilesOptions): void {
  const { slices, profiles } = options;
  const shown = { tags: ['slices'], params, response: { 200: ProfileSummary } };
  server.get('/api/v1/slices/:id/profiles/:flavor', { schema: shown }, async (request) => {
    const slice = await sliceOf(slices, request.params.id, request.tenantId);
    const { sliceId } = slice;
    const { id: flavorId } = findFlavor(slice, request.params.flavor);
    const newest = await profiles.newestProfile(sliceId, flavorId);
    if (newest === undefined) {
      throw new AppError(
        `flavor ${flavorId} has no profile yet: POST a Y file to /slice/${sliceId}/flavor/${flavorId}/profile`,
        { status: 404, code: 'profile-unknown' },
      );
    }
    const { job, received } = newest;
    const { at, stepMs, features } = received.profile;
    const { id: jobId, status: jobStatus, modelId } = job;
    const head = { sliceId, flavorId, jobId, jobStatus, modelId };
    const { selection } = received;
    return { ...head, rows: at.length, stepMs, featureCount: features.length, selection };
  });

  addRange(server, options);
}

function addRange(server: Server, options: ProfilesOptions): void {
  const { slices, jobs, callbacks, idempotency, now } = options;
  const schema = {
    tags: ['slices'],
    summary: "Profiles a flavor over a time range, with the KPI from the slice's kpi.query",
    params,
    body: Range,
    response: { 202: Type.Object({ job: Job }) },
  };
  server.post('/api/v1/slices/:id/flavors/:flavor/profiles', { schema }, async (request, reply) => {
    const { body } = request;
    const slice = await sliceOf(slices, request.params.id, request.tenantId);
    const { tenantId, sliceId, kpi } = slice;
    const { id: flavorId } = findFlavor(slice, request.params.flavor);
    refuseRange(kpi.query, body.start, body.end);
    if (body.urlToAnswer !== undefined) await callbacks.check(body.urlToAnswer, '/urlToAnswer');
    const k = body.k ?? (await kOf(slices, sliceId));
    const job = {
      tenantId,
      sliceId,
      flavorId,
      kpiName: kpi.name,
      origin: { kind: 'range', k, startMs: body.start, endMs: body.end },
      yCsv: null,
      urlToAnswer: body.urlToAnswer ?? null,
    } as const;
    return answerOnce(idempotency, request, reply, body, async (tx) => {
      const created = await jobs.create(tx, job, now());
      if (created.outcome === 'active') throw alreadyActive(flavorId, created.jobId);
      const headers = { location: `/api/v1/jobs/${created.job.id}` };
      return { status: 202, headers, body: { job: publicJob(created.job) } };
    });
  });
}

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
