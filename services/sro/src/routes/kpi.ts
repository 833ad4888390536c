import { EpochMs, Kpi, SliceId, type SliceState, topics } from '@slicecast/contracts';
import { AppError, type Log, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { ProfileJobStore, SliceStore } from '../ports.ts';
import { findSlice } from './find-slice.ts';

export interface KpiOptions {
  readonly slices: SliceStore;
  readonly jobs: ProfileJobStore;
  readonly log: Log;
}

const mostSamples = 10_000;
const Samples = Type.Object(
  {
    samples: Type.Array(
      Type.Object({ at: EpochMs, value: Type.Number() }, { additionalProperties: false }),
      { minItems: 1, maxItems: mostSamples },
    ),
  },
  { additionalProperties: false },
);
const AdoptQuery = Type.Object(
  {
    query: Type.Optional(Type.String({ minLength: 1, maxLength: 10_000 })),
    /** Take the one that the newest profile proposed. */
    accept: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

/** How the live KPI comes in: sent by the tenant, or from a query that is adopted here. */
export function addKpi(server: Server, { slices, jobs, log }: KpiOptions): void {
  const params = Type.Object({ id: SliceId });
  server.post(
    '/api/v1/slices/:id/kpi',
    {
      schema: {
        tags: ['slices'],
        summary: 'Takes measurements of the live KPI; 202 once they are durable',
        params,
        body: Samples,
        response: { 202: Type.Object({ accepted: Type.Integer() }) },
      },
    },
    async (request, reply) => {
      const slice = await findSlice(slices, request.params.id, request.tenantId);
      const { samples } = request.body;
      const key = String(slice.sliceId);
      const measurement = `${slice.kpi.name}_${slice.sliceId}`;
      await log.append(
        topics.clientMetrics,
        samples.map(({ at, value }) => ({
          key,
          at,
          value: { measurement, values: [value], time: String(at / 1000), tags: {} },
        })),
      );
      return reply.code(202).send({ accepted: samples.length });
    },
  );

  server.post(
    '/api/v1/slices/:id/kpi_query',
    {
      schema: {
        tags: ['slices'],
        summary: 'Adopts a PromQL query as the live KPI, or the one that a profile proposed',
        params,
        body: AdoptQuery,
        response: { 200: Type.Object({ sliceId: SliceId, kpi: Kpi }) },
      },
    },
    async (request) => {
      const slice = await findSlice(slices, request.params.id, request.tenantId);
      const query = request.body.query ?? (await proposedQuery(jobs, slice));
      if (query === undefined) {
        throw new AppError('no profile has proposed a query: send one as `query`', {
          status: 409,
          code: 'kpi-query-missing',
          errors: [{ field: '/query', message: 'send a PromQL query of one series' }],
        });
      }
      const adopt = (state: SliceState) => ({ ...state, kpi: { ...state.kpi, query } });
      return slices.update(slice.sliceId, adopt);
    },
  );
}

/** Of the newest profile of any flavor that found the KPI among the series. */
async function proposedQuery(
  jobs: ProfileJobStore,
  slice: SliceState,
): Promise<string | undefined> {
  for (const { id } of slice.flavors) {
    const newest = await jobs.newestProfile(slice.sliceId, id);
    const query = newest?.received.selection?.kpiSeries[0]?.query;
    if (query !== undefined) return query;
  }
  return undefined;
}
