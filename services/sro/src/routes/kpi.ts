import { EpochMs, SliceId, type SliceState, topics } from '@slicecast/contracts';
import type { Log, Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { SliceStore } from '../ports.ts';
import { sliceOf } from './slice-of.ts';

export interface KpiOptions {
  readonly slices: SliceStore;
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
/** The live KPI as the tenant sends it. */
export function addKpi(server: Server, { slices, log }: KpiOptions): void {
  const schema = {
    tags: ['slices'],
    summary: 'Takes measurements of the live KPI; 202 once they are durable',
    params: Type.Object({ id: SliceId }),
    body: Samples,
    response: { 202: Type.Object({ accepted: Type.Integer() }) },
  };
  server.post('/api/v1/slices/:id/kpi', { schema }, async (request, reply) => {
    const slice = await sliceOf(slices, request.params.id, request.tenantId);
    const { samples } = request.body;
    await log.append(topics.clientMetrics, samples.map(messageOf(slice)));
    return reply.code(202).send({ accepted: samples.length });
  });
}

/** MLO-V2's form: the instant in epoch seconds as text, the slice in the measurement's name. */
function messageOf({ sliceId, kpi }: SliceState) {
  const measurement = `${kpi.name}_${sliceId}`;
  return ({ at, value }: { at: number; value: number }) => ({
    key: String(sliceId),
    at,
    value: { measurement, values: [value], time: String(at / 1000), tags: {} },
  });
}
