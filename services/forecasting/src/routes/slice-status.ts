import { ForecastingStatus, SliceId, type SliceState } from '@slicecast/contracts';
import { AppError, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { FoundRun } from '../loops/slice-runs.ts';
import type { DriftTrainings } from '../ports.ts';
import type { RetrainingFacts } from './describe-retraining.ts';
import { describeSlice } from './describe-slice.ts';

export interface SliceStatusOptions {
  /** Rejects with a 503 while the slices are not known. */
  readonly lookUp: (sliceId: number) => Promise<SliceState | undefined>;
  /** Of a slice at work in this process. */
  readonly runOf: (sliceId: number) => FoundRun | undefined;
  readonly driftTrainings: DriftTrainings;
  readonly retraining: Omit<RetrainingFacts, 'newest'>;
  readonly countsOf: (sliceId: number) => Readonly<Record<string, number>>;
}

/** What forecasting does for a slice now, and if it does not, why and until when. */
export function addSliceStatus(server: Server, options: SliceStatusOptions): void {
  const schema = {
    tags: ['slices'],
    params: Type.Object({ id: SliceId }),
    response: { 200: ForecastingStatus },
  };
  server.get('/api/v1/slices/:id/forecasting', { schema }, async (request) => {
    const { id } = request.params;
    const slice = await options.lookUp(id);
    if (slice === undefined || slice.deleted || slice.tenantId !== request.tenantId) {
      throw new AppError(`slice ${id} is not known`, { status: 404, code: 'slice-unknown' });
    }
    const newest = await options.driftTrainings.newest(slice);
    const retraining = { ...options.retraining, newest };
    const described = describeSlice(slice, options.runOf(id), retraining);
    return { ...described, counts: { ...options.countsOf(id) } };
  });
}
