import { type Static, Type } from 'typebox';
import { Feature } from '../feature.ts';
import { EpochMs, FlavorId, SliceId, TenantId } from '../identifiers.ts';
import { Sla } from '../sla.ts';

const Cell = Type.Union([Type.Number(), Type.Null()]);

/** A flavor's X and Y on one clock: rows of the form of `slice-inputs`, by column. */
export const Profile = Type.Object({
  /** Instants of the rows, ascending, N of them. */
  at: Type.Array(EpochMs),
  stepMs: Type.Integer({ minimum: 1 }),
  features: Type.Array(Feature),
  /** features.length columns of N cells; null where there is no usable value. */
  columns: Type.Array(Type.Array(Cell)),
  /** N cells. */
  kpi: Type.Array(Cell),
});
export type Profile = Static<typeof Profile>;

/** Body of `POST /api/v1/models`: answered with 202 and a `training` job. */
export const CreateModel = Type.Object({
  tenantId: TenantId,
  sliceId: SliceId,
  flavorId: FlavorId,
  horizonSeconds: Type.Integer({ minimum: 1 }),
  sla: Sla,
  /** Whether the KPI will be known live. Both champions are trained all the same. */
  profile: Profile,
  seed: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type CreateModel = Static<typeof CreateModel>;

/** One model's figures over the rolling origins of the training part. */
export const Score = Type.Object({
  model: Type.String(),
  /** In the KPI's unit. */
  mae: Type.Number(),
  rmse: Type.Number(),
  /** MAE / mean(actual); null where the mean is near 0. */
  nmae: Type.Union([Type.Number(), Type.Null()]),
  r2: Type.Number(),
  /** Mean pinball loss over the 2.5, 10, 50, 90 and 97.5 % quantiles, in the KPI's unit. */
  pinball: Type.Union([Type.Number(), Type.Null()]),
  trainingSeconds: Type.Number({ minimum: 0 }),
});
export type Score = Static<typeof Score>;

/** How true P(violation) came at the judged targets. */
export const ViolationScore = Type.Object({
  /** In the KPI's unit. */
  bound: Type.Number(),
  side: Sla.properties.side,
  /** Mean of (probability − outcome)². */
  brier: Type.Number({ minimum: 0, maximum: 1 }),
  /** The same of the share of violations before, told every time. */
  climatologyBrier: Type.Number({ minimum: 0, maximum: 1 }),
  /** Of the forecasts with a probability in [from, to): what was said in the mean, and in what share it came. */
  reliability: Type.Array(
    Type.Object({
      from: Type.Number(),
      to: Type.Number(),
      count: Type.Integer({ minimum: 1 }),
      said: Type.Number(),
      came: Type.Number(),
    }),
  ),
});
export type ViolationScore = Static<typeof ViolationScore>;

export const Scoreboard = Type.Object({
  champion: Type.String(),
  scores: Type.Array(Score),
  /** 1 − MAE / MAE of the best baseline, with the lower and upper block-bootstrap bounds. */
  skill: Type.Object({
    baseline: Type.String(),
    value: Type.Number(),
    lower: Type.Number(),
    upper: Type.Number(),
  }),
  /**
   * Whether something may act on the champion: the lower bound is above 0; or the upper one is not below it, and P(violation)
   * has skill over that of each baseline, its lower bound above 0.
   */
  gated: Type.Boolean(),
  coverage80: Type.Number(),
  coverage95: Type.Number(),
  /** Null without a judged target; absent in models that were trained before it was measured. */
  violation: Type.Optional(Type.Union([ViolationScore, Type.Null()])),
});
export type Scoreboard = Static<typeof Scoreboard>;

/** `GET /api/v1/models/:id`: a trained model set, the champions of one flavor and horizon. */
export const Model = Type.Object({
  id: Type.String(),
  tenantId: TenantId,
  sliceId: SliceId,
  flavorId: FlavorId,
  horizonSeconds: Type.Integer({ minimum: 1 }),
  stepMs: Type.Integer({ minimum: 1 }),
  features: Type.Array(Feature),
  /** Of the load's cycle; null where none is found. */
  periodSeconds: Type.Union([Type.Number(), Type.Null()]),
  rows: Type.Integer({ minimum: 0 }),
  /** SHA-256 of the training data. */
  dataHash: Type.String(),
  /** SHA-256 of what was learned: the same data and seed give the same. Absent in models of before it was told. */
  modelHash: Type.Optional(Type.String()),
  seed: Type.Integer({ minimum: 0 }),
  trainingSeconds: Type.Number({ minimum: 0 }),
  createdAt: EpochMs,
  liveKpi: Scoreboard,
  xAlone: Scoreboard,
  /** Of the champion that goes by what a unit of load costs now; absent where that does not beat the load alone. */
  byEffect: Type.Optional(Scoreboard),
});
export type Model = Static<typeof Model>;
