import { ForecastingStatus, SliceId, type SliceState } from '@slicecast/contracts';
import { AppError, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { SliceStatus } from '../loops/slice-run.ts';

export interface SliceStatusOptions {
  readonly lookUp: (sliceId: number) => Promise<SliceState | undefined>;
  /** Of a slice at work in this process. */
  readonly statusOf: (sliceId: number) => SliceStatus | undefined;
}

/** What forecasting does for a slice now, and if it does not, why and until when. */
export function addSliceStatus(server: Server, options: SliceStatusOptions): void {
  server.get(
    '/api/v1/slices/:id/forecasting',
    {
      schema: {
        tags: ['slices'],
        params: Type.Object({ id: SliceId }),
        response: { 200: ForecastingStatus },
      },
    },
    async (request) => {
      const { id } = request.params;
      const slice = await options.lookUp(id);
      if (slice === undefined || slice.deleted || slice.tenantId !== request.tenantId) {
        throw new AppError(`slice ${id} is not known`, { status: 404, code: 'slice-unknown' });
      }
      return describe(slice, options.statusOf(id));
    },
  );
}

function describe(slice: SliceState, status: SliceStatus | undefined): ForecastingStatus {
  const last = status?.lastMessage ?? null;
  return {
    sliceId: slice.sliceId,
    ...stateOf(slice, status),
    window: windowOf(slice, status),
    models: slice.trained.map(({ flavorId, modelId }) => ({ flavorId, modelId })),
    lastTick: last?.at ?? null,
    inputQuality: last?.inputQuality ?? null,
    live: status?.live ?? null,
  };
}

function windowOf(slice: SliceState, status: SliceStatus | undefined): ForecastingStatus['window'] {
  const known = status?.knownKpi ?? null;
  if (known === null) return null;
  const missing = Math.max(0, known.need - known.have);
  return { ...known, etaSeconds: (missing * slice.stepMs) / 1000 };
}

function stateOf(
  slice: SliceState,
  status: SliceStatus | undefined,
): Pick<ForecastingStatus, 'state' | 'reason'> {
  if (slice.trained.length === 0) {
    return { state: 'untrained', reason: 'no flavor has a model: send a Y file to its profile' };
  }
  if (!slice.forecasting) {
    return { state: 'off', reason: `POST /slice/${slice.sliceId}/start_sla_forecast starts it` };
  }
  const last = status?.lastMessage ?? null;
  if (last === null) {
    return { state: 'waiting-for-rows', reason: 'no row has come: look at the feed of ima' };
  }
  if (last.inputQuality === 'bad') {
    const states = Object.entries(Object.groupBy(last.inputStates, (state) => state));
    const counts = states.map(([state, all]) => `${all?.length ?? 0} ${state}`).join(', ');
    return { state: 'bad-input', reason: `too few features are usable: ${counts}` };
  }
  const { have, need } = status?.knownKpi ?? { have: 0, need: 0 };
  if (have < need) {
    const reason = `the KPI's past under this flavor has ${have} of ${need} ticks; until then forecasts come from the load alone`;
    return { state: 'warming-up', reason };
  }
  return { state: 'forecasting', reason: null };
}
