import { EpochMs, FlavorId, faultOfPromql, Job, K, SliceId } from '@slicecast/contracts';
import type { FieldError, Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { ExtractionStore } from '../adapters/extraction-store.ts';
import { publicJob } from '../domain/extraction-job.ts';
import { findFlavor, findSlice, type LookUp } from './find-slice.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { checkCallbackUrl, wrongFields } from './ymetrics-fields.ts';

export interface ExtractionsOptions {
  readonly lookUp: LookUp;
  readonly extractions: ExtractionStore;
  readonly now: () => number;
}

/** A profile without a Y file: the KPI is what the query gives between two instants. */
const CreateExtraction = Type.Object(
  {
    kpiQuery: Type.String({ minLength: 1, maxLength: 10_000 }),
    start: EpochMs,
    end: EpochMs,
    k: Type.Optional(K),
    callbackUrl: Type.String({ maxLength: 2000 }),
    flavorId: FlavorId,
  },
  { additionalProperties: false },
);

/** Longer ranges are refused before anybody waits for them. */
const longestRangeMs = 90 * 86_400_000;

export function addExtractions(server: Server, options: ExtractionsOptions): void {
  const schema = {
    tags: ['extractions'],
    summary: 'Extracts X for a KPI that the source itself has, selects, and posts to callbackUrl',
    params: Type.Object({ id: SliceId }),
    body: CreateExtraction,
    response: { 202: Type.Object({ job: Job }) },
  };
  server.post('/api/v1/slices/:id/extractions', { schema }, async (request, reply) => {
    const { kpiQuery, start, end, k, callbackUrl, flavorId } = request.body;
    const errors: FieldError[] = [];
    checkCallbackUrl('/callbackUrl', callbackUrl, errors);
    checkRange(start, end, errors);
    checkQuery(kpiQuery, errors);
    if (errors.length > 0) throw wrongFields(errors);
    const { tenantId } = request;
    const slice = await findSlice(options.lookUp, request.params.id, tenantId);
    const flavor = findFlavor(slice, String(flavorId));
    const job = await options.extractions.begin(
      {
        tenantId,
        sliceId: slice.sliceId,
        flavorId: flavor.id,
        kpiName: slice.kpi.name,
        kpi: undefined,
        ...idempotencyKey(request),
        request: {
          k: k ?? 'auto',
          callbackUrl,
          kpi: { kind: 'query', query: kpiQuery, startMs: start, endMs: end },
          rerun: false,
        },
      },
      options.now(),
    );
    reply.code(202).header('location', `/api/v1/jobs/${job.id}`);
    return { job: publicJob(job) };
  });
}

function checkRange(start: number, end: number, errors: FieldError[]): void {
  if (end <= start) errors.push({ field: '/end', value: end, message: 'must be after start' });
  else if (end - start > longestRangeMs) {
    errors.push({ field: '/end', value: end, message: 'must be within 90 days of start' });
  }
}

function checkQuery(query: string, errors: FieldError[]): void {
  const message = faultOfPromql(query);
  if (message !== undefined)
    errors.push({ field: '/kpiQuery', value: query.slice(0, 200), message });
}
