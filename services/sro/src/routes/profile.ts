import { type K, SliceId, writeYFile, type YSeries } from '@slicecast/contracts';
import { AppError, type Idempotency, readMultipart, type Server } from '@slicecast/platform';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Callbacks } from '../callbacks.ts';
import { definitionDefaults } from '../domain/slice-definition.ts';
import type { DefinitionStore, ProfileJobs, SliceStore } from '../ports.ts';
import { answerOnce } from './answer-once.ts';
import { findFlavor } from './find-flavor.ts';
import { badFile, readY, requireCsvName } from './read-y-upload.ts';
import { sliceOf } from './slice-of.ts';

export interface ProfileOptions {
  readonly slices: SliceStore & DefinitionStore;
  readonly jobs: ProfileJobs;
  readonly idempotency: Idempotency;
  readonly callbacks: Pick<Callbacks, 'check'>;
  readonly maxUploadBytes: number;
  readonly now: () => number;
}

const Query = Type.Object({
  sla_metric_name: Type.String({ minLength: 1, maxLength: 200 }),
  timestamp_label: Type.String({ minLength: 1, maxLength: 200 }),
  url_to_answer: Type.Optional(Type.String({ maxLength: 2000 })),
});

/** MLO-V2's `POST /slice/:sliceId/flavor/:flavor/profile`: a Y file in, a model later. */
export function addProfile(server: Server, options: ProfileOptions): void {
  const schema = {
    tags: ['mlo-v2'],
    summary: 'Takes a Y file, and makes a model of the flavor from it',
    consumes: ['multipart/form-data'],
    params: Type.Object({ sliceId: SliceId, flavor: Type.String({ maxLength: 63 }) }),
    querystring: Query,
  };
  server.post('/slice/:sliceId/flavor/:flavor/profile', { schema }, async (request, reply) => {
    const { slices, jobs, callbacks, idempotency, now } = options;
    const { sliceId, flavor } = request.params;
    const { sla_metric_name: kpiName, timestamp_label, url_to_answer: urlToAnswer } = request.query;
    const slice = await sliceOf(slices, sliceId, request.tenantId);
    const { id: flavorId } = findFlavor(slice, flavor);
    if (urlToAnswer !== undefined) await callbacks.check(urlToAnswer, 'query url_to_answer');
    const series = await readUpload(request, options, { kpiName, timestampLabel: timestamp_label });
    const job = {
      tenantId: request.tenantId,
      sliceId,
      flavorId,
      kpiName,
      origin: { kind: 'y-file', k: await kOf(slices, sliceId) },
      yCsv: [...writeYFile(series)].join(''),
      urlToAnswer: urlToAnswer ?? null,
    } as const;
    return answerOnce(idempotency, request, reply, job.yCsv, async (tx) => {
      const created = await jobs.create(tx, job, now());
      if (created.outcome === 'active') throw alreadyActive(flavorId, created.jobId);
      const headers = {
        'content-type': 'text/plain; charset=utf-8',
        location: `/api/v1/jobs/${created.job.id}`,
      };
      return { status: 201, headers, body: accepted(urlToAnswer) };
    });
  });
}

/** MLO-V2's words, with the space at their end. */
function accepted(urlToAnswer: string | undefined): string {
  const notice = urlToAnswer ?? 'the job (see Location)';
  return `Creation of model Accepted. We will notify you on ${notice} after model creation. `;
}

/** How many features the slice's definition asks for. */
export async function kOf(slices: DefinitionStore, sliceId: number): Promise<K> {
  return (await slices.find(sliceId))?.definition.k ?? definitionDefaults.k;
}

export function alreadyActive(flavorId: number, jobId: string): AppError {
  return new AppError(
    `flavor ${flavorId} is being profiled by job ${jobId}; wait for it, or cancel it with DELETE /api/v1/jobs/${jobId}`,
    { status: 409, code: 'profile-active' },
  );
}

async function readUpload(
  request: FastifyRequest,
  { maxUploadBytes }: ProfileOptions,
  names: { kpiName: string; timestampLabel: string },
): Promise<YSeries> {
  let series: YSeries | undefined;
  await readMultipart(request, {
    files: ['file'],
    fields: [],
    maxFileBytes: maxUploadBytes,
    async onFile({ filename, stream }) {
      requireCsvName('file', filename);
      series = await readY('file', stream, names);
    },
  });
  if (series !== undefined) return series;
  throw badFile('file', {
    code: 'part-missing',
    message: 'is missing: send the Y file as multipart part `file`, e.g. curl -F file=@y.csv',
  });
}
