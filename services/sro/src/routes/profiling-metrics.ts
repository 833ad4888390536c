import { SliceId, type SliceState, writeYFile, type YSeries } from '@slicecast/contracts';
import { AppError, type Idempotency, type Server } from '@slicecast/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { profileFromFiles } from '../domain/profile-from-files.ts';
import type {
  NewProfileJob,
  ProfileData,
  ProfileJobSteps,
  ProfileJobs,
  ReceivedProfile,
  SliceStore,
} from '../ports.ts';
import { answerOnce } from './answer-once.ts';
import { findFlavor } from './find-flavor.ts';
import { alreadyActive } from './profile.ts';
import { type ProfileParts, readProfileParts } from './read-profile-parts.ts';
import { badFile } from './read-y-upload.ts';
import { sliceOf } from './slice-of.ts';
import { storedY } from './stored-y.ts';

export interface ProfilingMetricsOptions {
  readonly slices: SliceStore;
  readonly jobs: ProfileJobs & ProfileJobSteps;
  readonly profiles: ProfileData;
  readonly idempotency: Idempotency;
  readonly maxUploadBytes: number;
  readonly now: () => number;
}

const received = 'File Received ';
const headers = { 'content-type': 'text/plain; charset=utf-8' };

/** MLO-V2's callback of IMA, spelled as there. With `?job=` it belongs to a profiling job; a repetition does nothing. */
export function addProfilingMetrics(server: Server, options: ProfilingMetricsOptions): void {
  const schema = {
    tags: ['mlo-v2'],
    summary: 'Takes the selected metrics of a flavor',
    consumes: ['multipart/form-data'],
    params: Type.Object({ sliceId: SliceId, flavor: Type.String({ maxLength: 63 }) }),
    querystring: Type.Object({ job: Type.Optional(Type.String({ maxLength: 100 })) }),
  };
  const path = '/slice/:sliceId/flavor/:flavor/profilling_metrics';
  server.post(path, { schema }, async (request, reply) => {
    const { sliceId, flavor } = request.params;
    const slice = await sliceOf(options.slices, sliceId, request.tenantId);
    const { id: flavorId } = findFlavor(slice, flavor);
    const parts = await readProfileParts(request, options.maxUploadBytes, slice);
    const { job } = request.query;
    if (job === undefined) {
      return beginFromFiles(
        options,
        await jobFromFiles(options, slice, flavorId, parts),
        request,
        reply,
      );
    }
    await receiveFor(options, slice, flavorId, job, parts);
    reply.headers(headers);
    return received;
  });
}

async function receiveFor(
  { jobs, profiles, now }: ProfilingMetricsOptions,
  slice: SliceState,
  flavorId: number,
  jobId: string,
  parts: ProfileParts,
): Promise<void> {
  const job = await jobs.get(jobId);
  if (job === undefined || job.sliceId !== slice.sliceId || job.flavorId !== flavorId) {
    const message = `job ${jobId} is none of slice ${slice.sliceId}, flavor ${flavorId}`;
    throw new AppError(message, { status: 404, code: 'job-unknown' });
  }
  // One that is over needs its Y no more, and may not have it any more.
  if (job.status !== 'running') return;
  const y = parts.y ?? (await storedY(await profiles.yCsv(jobId), job.kpiName));
  await jobs.receive(jobId, toReceived(slice, parts, y), now());
}

function beginFromFiles(
  { jobs, idempotency, now }: ProfilingMetricsOptions,
  job: NewProfileJob,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  return answerOnce(idempotency, request, reply, job, async (tx) => {
    const created = await jobs.create(tx, job, now());
    if (created.outcome === 'active') throw alreadyActive(job.flavorId, created.jobId);
    const location = `/api/v1/jobs/${created.job.id}`;
    return { status: 200, headers: { ...headers, location }, body: received };
  });
}

async function jobFromFiles(
  { profiles }: ProfilingMetricsOptions,
  slice: SliceState,
  flavorId: number,
  parts: ProfileParts,
): Promise<NewProfileJob> {
  const { tenantId, sliceId, kpi } = slice;
  const kept = await profiles.newestY(sliceId, flavorId);
  const y = parts.y ?? (await storedY(kept?.csv ?? null, kept?.kpiName ?? kpi.name));
  if (y === undefined && parts.own === undefined) {
    throw new AppError(
      `flavor ${flavorId} has no Y file yet: send one to its profile first, or as part \`y\` of this request`,
      { status: 409, code: 'y-missing' },
    );
  }
  return {
    tenantId,
    sliceId,
    flavorId,
    kpiName: y?.kpiName ?? kpi.name,
    origin: { kind: 'files' },
    yCsv: y === undefined ? null : [...writeYFile(y)].join(''),
    urlToAnswer: null,
    received: toReceived(slice, parts, y),
  };
}

function toReceived(
  slice: SliceState,
  { own, x, map }: ProfileParts,
  y: YSeries | undefined,
): ReceivedProfile {
  if (own !== undefined) return own;
  if (y === undefined) {
    const message = 'is missing: the job was asked for with a time range, and keeps no Y file';
    throw badFile('y', { code: 'part-missing', message });
  }
  const built = profileFromFiles(x, map, y, slice.stepMs);
  if (!built.ok) throw badFile('x_selected', { code: 'files-do-not-fit', message: built.why });
  return { profile: built.profile, selection: null };
}
