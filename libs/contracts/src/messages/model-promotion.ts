import { type Static, Type } from 'typebox';
import { Feature } from '../feature.ts';
import { EpochMs, FlavorId, SliceId, TenantId } from '../identifiers.ts';

/**
 * Topic `model-promotions`, key = slice id: a model that was trained anew from the record, and beat the one in
 * charge at rolling origins on the recent rows. The SRO puts it in charge where `replaces` still is.
 */
export const ModelPromotion = Type.Object({
  tenantId: TenantId,
  sliceId: SliceId,
  flavorId: FlavorId,
  /** When the model came to be. */
  at: EpochMs,
  modelId: Type.String(),
  replaces: Type.String(),
  stepMs: Type.Integer({ minimum: 1 }),
  features: Type.Array(Feature),
});
export type ModelPromotion = Static<typeof ModelPromotion>;
