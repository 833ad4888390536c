import { type Static, Type } from 'typebox';
import { FeatureState } from '../feature.ts';
import { EpochMs, FlavorId, SliceId, TenantId } from '../identifiers.ts';

const Head = { tenantId: TenantId, sliceId: SliceId, at: EpochMs };

/** One row: a slice's features at one tick, over the union of the features of its trained flavors. */
export const SliceInputRow = Type.Object({
  kind: Type.Literal('row'),
  ...Head,
  epoch: Type.Integer({ minimum: 0 }),
  flavorInForce: FlavorId,
  /** Feature ids, sorted; the four arrays below run along them. */
  features: Type.Array(Type.String()),
  /** null where there is no usable value: missing is not zero. */
  values: Type.Array(Type.Union([Type.Number(), Type.Null()])),
  /** Instant of the newest sample that went into the value. */
  sampledAt: Type.Array(Type.Union([EpochMs, Type.Null()])),
  states: Type.Array(FeatureState),
  /** The KPI observed at `at`; absent when it is not streamed or not yet in. */
  kpi: Type.Optional(Type.Number()),
});
export type SliceInputRow = Static<typeof SliceInputRow>;

/** A KPI value that came after the row of its tick was closed. */
export const SliceInputKpi = Type.Object({
  kind: Type.Literal('kpi'),
  ...Head,
  kpi: Type.Number(),
});
export type SliceInputKpi = Static<typeof SliceInputKpi>;

/** Topic `slice-inputs`, key = slice id. */
export const SliceInput = Type.Union([SliceInputRow, SliceInputKpi]);
export type SliceInput = Static<typeof SliceInput>;
