import { type Static, Type } from 'typebox';
import { EpochMs, SliceId, TenantId } from '../identifiers.ts';

/** Topic `forecast-checkpoints`, compacted, key = slice id: calibration and drift at one tick, one a slice and minute. */
export const ForecastCheckpoint = Type.Object({
  tenantId: TenantId,
  sliceId: SliceId,
  /** The tick after which the state holds. */
  at: EpochMs,
  /** Opaque outside `forecasting`; belongs to exactly these models. */
  modelIds: Type.Array(Type.String()),
  state: Type.Unknown(),
});
export type ForecastCheckpoint = Static<typeof ForecastCheckpoint>;
