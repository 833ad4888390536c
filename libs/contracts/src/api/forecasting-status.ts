import { type Static, Type } from 'typebox';
import { EpochMs, FlavorId, SliceId } from '../identifiers.ts';
import { InputQuality } from '../messages/slice-forecast.ts';

/** `GET /api/v1/slices/:id/forecasting` of the forecasting service. */
export const ForecastingStatus = Type.Object({
  sliceId: SliceId,
  state: Type.Union([
    Type.Literal('off'),
    Type.Literal('untrained'),
    Type.Literal('waiting-for-rows'),
    Type.Literal('warming-up'),
    Type.Literal('forecasting'),
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
});
export type ForecastingStatus = Static<typeof ForecastingStatus>;
