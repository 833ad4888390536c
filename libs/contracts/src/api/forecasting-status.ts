import { type Static, Type } from 'typebox';
import { EpochMs, FlavorId, SliceId } from '../identifiers.ts';
import { InputQuality } from '../messages/slice-forecast.ts';
import { Job } from './job.ts';

const Contest = Type.Object({
  flavorId: FlavorId,
  /** `live-kpi` uses the KPI's past, `x-alone` the features only, `by-effect` the features and what a unit of load costs now. */
  mode: Type.Union([Type.Literal('live-kpi'), Type.Literal('x-alone'), Type.Literal('by-effect')]),
  /** The champion, or the challenger that stands in for it. */
  inCharge: Type.String(),
  /** Whether something may act on its forecasts. */
  gated: Type.Boolean(),
  driftingSince: Type.Union([EpochMs, Type.Null()]),
  /** Means over about the newest hundred of those ticks, in the KPI's unit. */
  standings: Type.Array(
    Type.Object({
      model: Type.String(),
      role: Type.Union([
        Type.Literal('champion'),
        Type.Literal('challenger'),
        Type.Literal('baseline'),
      ]),
      ticks: Type.Integer({ minimum: 0 }),
      mae: Type.Number(),
      /** Of persistence on the same ticks. */
      persistenceMae: Type.Number(),
    }),
  ),
});

/** `GET /api/v1/slices/:id/forecasting` of the forecasting service. */
export const ForecastingStatus = Type.Object({
  sliceId: SliceId,
  state: Type.Union([
    Type.Literal('off'),
    Type.Literal('untrained'),
    Type.Literal('waiting-for-rows'),
    Type.Literal('warming-up'),
    Type.Literal('forecasting'),
    /** It forecasts, but the champion in use does worse than in training: another model may be in charge. */
    Type.Literal('drift'),
    Type.Literal('bad-input'),
    /** Its models cannot be used. */
    Type.Literal('broken'),
  ]),
  /** In words: why it does not forecast yet, or not as well as it could, and what would help. */
  reason: Type.Union([Type.String(), Type.Null()]),
  /** What is there of what is needed: ticks of load until the first forecast, then ticks of the KPI's past. */
  window: Type.Union([
    Type.Object({
      have: Type.Integer({ minimum: 0 }),
      need: Type.Integer({ minimum: 0 }),
      etaSeconds: Type.Number({ minimum: 0 }),
    }),
    Type.Null(),
  ]),
  models: Type.Array(Type.Object({ flavorId: FlavorId, modelId: Type.String() })),
  lastTick: Type.Union([EpochMs, Type.Null()]),
  inputQuality: Type.Union([InputQuality, Type.Null()]),
  /** Inputs since this process began, by what became of them: `forecast`, `superseded`, `tick-not-newer`, … */
  counts: Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
  /** How the published forecasts of the flavor in force turned out, over the last ticks that have a KPI. */
  live: Type.Union([
    Type.Object({
      ticks: Type.Integer({ minimum: 0 }),
      mae: Type.Number(),
      persistenceMae: Type.Number(),
      coverage80: Type.Number(),
      coverage95: Type.Number(),
    }),
    Type.Null(),
  ]),
  /** Each champion with its challengers, on the ticks on which all of them forecast under their flavor. */
  contests: Type.Optional(Type.Array(Contest)),
  /** The newest training that was asked for because of drift, whatever became of it; null: there was none. */
  retraining: Type.Optional(Type.Union([Job, Type.Null()])),
  /** Share of the time of this slice's ticks that its challengers took, since this process took it up. */
  challengerTimeRatio: Type.Optional(Type.Union([Type.Number({ minimum: 0 }), Type.Null()])),
});
export type ForecastingStatus = Static<typeof ForecastingStatus>;
