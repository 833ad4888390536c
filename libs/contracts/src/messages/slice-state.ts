import { type Static, Type } from 'typebox';
import { Feature } from '../feature.ts';
import { Flavor } from '../flavor.ts';
import { EpochMs, FlavorId, Name, SliceId, TenantId } from '../identifiers.ts';
import { Policy } from '../policy.ts';
import { Sla } from '../sla.ts';

/** `recommend` decides and records; `auto` acts as well. */
export const Mode = Type.Union([Type.Literal('recommend'), Type.Literal('auto')]);
export type Mode = Static<typeof Mode>;

export const Kpi = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    unit: Type.Optional(Type.String({ maxLength: 40 })),
    /** PromQL of the live KPI, where Prometheus has it. */
    query: Type.Optional(Type.String({ minLength: 1, maxLength: 10_000 })),
  },
  { additionalProperties: false },
);
export type Kpi = Static<typeof Kpi>;

/** What is trained and in charge for one flavor. */
export const TrainedFlavor = Type.Object({
  flavorId: FlavorId,
  features: Type.Array(Feature),
  /** The promoted model set of `forecasting`. */
  modelId: Type.String(),
});
export type TrainedFlavor = Static<typeof TrainedFlavor>;

/**
 * Desired state of one slice: topic `slice-states`, compacted, key = slice id. Owned by the SRO and
 * followed by every other service. A deleted slice is published once more with `deleted: true`.
 */
export const SliceState = Type.Object({
  tenantId: TenantId,
  sliceId: SliceId,
  /** Grows with every publication of this slice. */
  version: Type.Integer({ minimum: 1 }),
  /** Fences the owner's effects: grows with every change of the flavor in force. */
  epoch: Type.Integer({ minimum: 0 }),
  name: Type.String(),
  hosts: Type.Array(Type.String()),
  kpi: Kpi,
  sla: Sla,
  flavors: Type.Array(Flavor),
  flavorInForce: FlavorId,
  /** Instant from which the flavor in force is in force. */
  flavorSince: EpochMs,
  /** Names of metric sources in the operator's file. */
  sources: Type.Object({ profile: Name, live: Name }),
  /** One row each so often; found from the data, never finer than the scrape interval. */
  stepMs: Type.Integer({ minimum: 1 }),
  horizonSeconds: Type.Integer({ minimum: 1 }),
  historySeconds: Type.Integer({ minimum: 1 }),
  trained: Type.Array(TrainedFlavor),
  /** Rows are assembled and forecasts made while true. */
  forecasting: Type.Boolean(),
  mode: Mode,
  paused: Type.Boolean(),
  /** Until then the policy leaves a flavor that somebody chose by hand; absent or null: nobody did, or it was ended. */
  heldUntil: Type.Optional(Type.Union([EpochMs, Type.Null()])),
  policy: Policy,
  deleted: Type.Boolean(),
});
export type SliceState = Static<typeof SliceState>;
