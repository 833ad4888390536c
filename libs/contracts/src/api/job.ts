import { type Static, Type } from 'typebox';
import { EpochMs, FlavorId, SliceId, TenantId } from '../identifiers.ts';

export const JobStatus = Type.Union([
  Type.Literal('queued'),
  Type.Literal('running'),
  Type.Literal('succeeded'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
]);
export type JobStatus = Static<typeof JobStatus>;

/** Long work that can be followed: `GET /api/v1/jobs/:id` of the service that does it. */
export const Job = Type.Object({
  id: Type.String(),
  /** `profile` (sro), `extraction` (ima), `training` (forecasting). */
  kind: Type.String(),
  tenantId: TenantId,
  sliceId: SliceId,
  flavorId: FlavorId,
  /** `drift`: a training that the service itself asked for, from the record; absent: a request. */
  origin: Type.Optional(Type.String()),
  status: JobStatus,
  /** What it does now, e.g. `extracting`, `selecting`, `training`. */
  step: Type.String(),
  progressPercent: Type.Number({ minimum: 0, maximum: 100 }),
  /** In words: what is awaited, how often it was retried and why, or what failed and the remedy. */
  detail: Type.Union([Type.String(), Type.Null()]),
  createdAt: EpochMs,
  updatedAt: EpochMs,
  /** What came out; its form depends on the kind. */
  result: Type.Unknown(),
});
export type Job = Static<typeof Job>;
