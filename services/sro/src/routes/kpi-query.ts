import { Kpi, SliceId, type SliceState } from '@slicecast/contracts';
import { AppError, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import { queryFaults } from '../domain/check-definition.ts';
import type { DefinitionStore, ProfileData, SliceStore } from '../ports.ts';
import { refuseFaults } from './redefine-slice.ts';
import { definedSliceOf, sliceOf } from './slice-of.ts';

export interface KpiQueryOptions {
  readonly slices: SliceStore & DefinitionStore;
  readonly profiles: ProfileData;
}

const strict = { additionalProperties: false };
const Adopt = Type.Union([
  Type.Object({ query: Type.String({ minLength: 1, maxLength: 10_000 }) }, strict),
  /** The one that the newest profile proposed. */
  Type.Object({ accept: Type.Literal(true) }, strict),
]);

/**
 * The live KPI from a query that is adopted while the slice runs. Like starting and stopping it is an operation,
 * not a definition, and so is open for the slices of the operator's file as well.
 */
export function addKpiQuery(server: Server, { slices, profiles }: KpiQueryOptions): void {
  const path = '/api/v1/slices/:id/kpi_query';
  const answers = {
    tags: ['slices'],
    params: Type.Object({ id: SliceId }),
    response: { 200: Type.Object({ sliceId: SliceId, kpi: Kpi }) },
  };
  const adopts = {
    ...answers,
    summary: 'Adopts a PromQL query as the live KPI, or the one that a profile proposed',
    body: Adopt,
  };
  server.post(path, { schema: adopts }, async (request) => {
    const slice = await sliceOf(slices, request.params.id, request.tenantId);
    const { body } = request;
    const query = 'query' in body ? body.query : await proposedQuery(profiles, slice);
    refuseFaults(queryFaults('/query', query));
    return slices.update(slice.sliceId, (state) =>
      state.kpi.query === query ? undefined : { ...state, kpi: { ...state.kpi, query } },
    );
  });

  const drops = { ...answers, summary: 'Goes back to the query of the definition, or to none' };
  server.delete(path, { schema: drops }, async (request) => {
    const { id } = request.params;
    const { definition } = await definedSliceOf(slices, id, request.tenantId);
    const { kpi } = definition;
    return slices.update(id, (state) =>
      state.kpi.query === kpi.query ? undefined : { ...state, kpi },
    );
  });
}

/** Of the newest profile of any flavor that found the KPI among the series; AppError 409 where none did. */
async function proposedQuery(profiles: ProfileData, slice: SliceState): Promise<string> {
  for (const { id } of slice.flavors) {
    const newest = await profiles.newestProfile(slice.sliceId, id);
    const query = newest?.received.selection?.kpiSeries[0]?.query;
    if (query !== undefined) return query;
  }
  throw new AppError('no profile has proposed a query: send one as `query`', {
    status: 409,
    code: 'kpi-query-missing',
    errors: [{ field: '/query', message: 'send a PromQL query of one series' }],
  });
}
