import { type Static, Type } from 'typebox';
import { Feature, Labels } from '../feature.ts';

export const SelectionMethod = Type.Union([
  Type.Literal('forward'),
  Type.Literal('f-regression'),
  Type.Literal('mutual-information'),
  Type.Literal('given'),
]);
export type SelectionMethod = Static<typeof SelectionMethod>;

/** K: how many features are asked for; `auto` picks the knee of accuracy over K. */
export const K = Type.Union([Type.Integer({ minimum: 1, maximum: 1000 }), Type.Literal('auto')]);
export type K = Static<typeof K>;

/** Parameters of `POST /api/v1/selections`, in its query; the body is the Arrow stream of `series-stream.ts`. */
export const SelectionQuery = Type.Object({
  k: K,
  method: Type.Optional(SelectionMethod),
  horizonSeconds: Type.Integer({ minimum: 1 }),
  stepMs: Type.Integer({ minimum: 1 }),
  seed: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type SelectionQuery = Static<typeof SelectionQuery>;

export const RefusalReason = Type.Union([
  Type.Literal('constant'),
  Type.Literal('dead'),
  Type.Literal('duplicate'),
  Type.Literal('leaking'),
  Type.Literal('unstable'),
  Type.Literal('no-gain'),
  Type.Literal('cut'),
]);
export type RefusalReason = Static<typeof RefusalReason>;

export const SelectedFeature = Type.Object({
  feature: Feature,
  /** Gain of held-out accuracy when the feature entered, as a share of the error without it. */
  score: Type.Number(),
  /** Share of resamples in which it, or a duplicate of it, was chosen. */
  stability: Type.Number({ minimum: 0, maximum: 1 }),
});
export type SelectedFeature = Static<typeof SelectedFeature>;

export const Refusal = Type.Object({
  series: Type.String(),
  labels: Labels,
  reason: RefusalReason,
  /** The series it duplicates, for `duplicate`. */
  of: Type.Optional(Type.String()),
  detail: Type.Optional(Type.String()),
});
export type Refusal = Static<typeof Refusal>;

export const SelectionReport = Type.Object({
  features: Type.Array(SelectedFeature),
  /** How many candidates are usable: a numeric K beyond it gets them all and no more. */
  usableCount: Type.Optional(Type.Integer({ minimum: 0 })),
  /** How many candidates were refused, by reason, and the first thousand of them. */
  refusedCounts: Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
  refusals: Type.Array(Refusal),
  /** Held-out error, as NMAE, with the best 1, 2, … features; for `auto` beyond the knee as well, so that it shows. */
  errorByK: Type.Array(Type.Number()),
  /** Shipping the features costs so many samples per second. */
  samplesPerSecond: Type.Number({ minimum: 0 }),
  /** A candidate that is the KPI itself, or a function of it: the slice's live KPI, proposed. */
  kpiSeries: Type.Array(
    Type.Object({
      series: Type.String(),
      labels: Labels,
      correlation: Type.Number(),
      query: Type.String(),
    }),
  ),
});
export type SelectionReport = Static<typeof SelectionReport>;
