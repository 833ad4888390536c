import { type Static, Type } from 'typebox';
import { FeatureState } from '../feature.ts';
import { EpochMs, FlavorId, SliceId, TenantId } from '../identifiers.ts';

/** Quantiles of the KPI at the target instant, in the KPI's unit: 2.5, 10, 50, 90 and 97.5 %. */
export const Quantiles = Type.Object({
  q025: Type.Number(),
  q10: Type.Number(),
  q50: Type.Number(),
  q90: Type.Number(),
  q975: Type.Number(),
});
export type Quantiles = Static<typeof Quantiles>;

/** `fresh` may act; `degraded` may act, with wider intervals; `bad` never acts. */
export const InputQuality = Type.Union([
  Type.Literal('fresh'),
  Type.Literal('degraded'),
  Type.Literal('bad'),
]);
export type InputQuality = Static<typeof InputQuality>;

export const Forecast = Type.Object({
  flavorId: FlavorId,
  horizonSeconds: Type.Integer({ minimum: 1 }),
  quantiles: Quantiles,
  /** P(KPI on the wrong side of the SLA's bound at the target instant). */
  violationProbability: Type.Number({ minimum: 0, maximum: 1 }),
  /**
   * True for a flavor that is not in force: the KPI it would give under the load seen now, interval and
   * probability widened by how such forecasts turned out after past changes to it.
   */
  counterfactual: Type.Boolean(),
  /** False: the model does not beat its baselines, so nothing may act on it. */
  gated: Type.Boolean(),
  /**
   * `live-kpi` uses the KPI's past, `x-alone` the features only, `by-effect` the features and what a unit of load costs
   * now, as the KPI under whatever flavor was in force tells.
   */
  champion: Type.Union([
    Type.Literal('live-kpi'),
    Type.Literal('x-alone'),
    Type.Literal('by-effect'),
  ]),
  modelId: Type.String(),
  /** The champion drifts: since when, by its errors, and which of the model's forecasters is in charge instead. */
  drift: Type.Optional(Type.Object({ since: EpochMs, inCharge: Type.String() })),
});
export type Forecast = Static<typeof Forecast>;

/** Topic `slice-forecasts`, key = slice id: the one input of a decision. */
export const SliceForecast = Type.Object({
  tenantId: TenantId,
  sliceId: SliceId,
  at: EpochMs,
  epoch: Type.Integer({ minimum: 0 }),
  flavorInForce: FlavorId,
  observedKpi: Type.Union([Type.Number(), Type.Null()]),
  /**
   * How much load is seen at `at`, whatever it is made of, as the model of the lowest-ranked flavor scales it
   * (its training load lies about within ±1); null when it cannot be seen.
   */
  observedLoad: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
  inputStates: Type.Array(FeatureState),
  inputQuality: InputQuality,
  /** One for the flavor in force and one for every candidate that has a model. */
  forecasts: Type.Array(Forecast),
});
export type SliceForecast = Static<typeof SliceForecast>;
