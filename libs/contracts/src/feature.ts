import { type Static, Type } from 'typebox';
import { SeriesHash } from './identifiers.ts';

/** A series' labels, `__name__` among them. */
export const Labels = Type.Record(Type.String(), Type.String());
export type Labels = Static<typeof Labels>;

/** How a feature's value is made from the samples of its series; `windowMs` is 0 for `raw`. */
export const Transform = Type.Union([Type.Literal('raw'), Type.Literal('rate')]);
export type Transform = Static<typeof Transform>;

export const Feature = Type.Object({
  series: SeriesHash,
  labels: Labels,
  transform: Transform,
  windowMs: Type.Integer({ minimum: 0 }),
  /** A value older than this, at a tick, is `stale`. */
  maxAgeMs: Type.Integer({ minimum: 1 }),
  /** How long its value stood still at the longest in the profile; far longer than that, live, is `frozen`. */
  longestUnchangedMs: Type.Optional(Type.Integer({ minimum: 0 })),
  /** In a numeric K: the feature for which this one stands in, should that one's exporter die. */
  standInFor: Type.Optional(SeriesHash),
});
export type Feature = Static<typeof Feature>;

/** The state of one feature at one tick; only `fresh` and `late` carry a value to forecast from. */
export const FeatureState = Type.Union([
  Type.Literal('fresh'),
  Type.Literal('late'),
  Type.Literal('stale'),
  Type.Literal('missing'),
  Type.Literal('not-finite'),
  Type.Literal('frozen'),
]);
export type FeatureState = Static<typeof FeatureState>;

/**
 * Names a feature in rows and models: the series' hash for a raw one (as MLO-V2 names its columns),
 * else `<hash>:<transform>:<windowMs>`.
 */
export function featureId(feature: Pick<Feature, 'series' | 'transform' | 'windowMs'>): string {
  if (feature.transform === 'raw') return feature.series;
  return `${feature.series}:${feature.transform}:${feature.windowMs}`;
}
