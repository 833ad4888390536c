import { type Static, Type } from 'typebox';
import { FeatureState, Labels } from '../feature.ts';
import { EpochMs, SliceId } from '../identifiers.ts';

/** `GET /api/v1/slices/:id/feed` of ima: the live rows of a slice, and what they are made of. */
export const FeedStatus = Type.Object({
  sliceId: SliceId,
  /** Whether a feed of the slice runs in the process that answers. */
  running: Type.Boolean(),
  /** Newest tick whose row was written since the feed began. */
  lastTick: Type.Union([EpochMs, Type.Null()]),
  /** Why the live source did not answer the last question. */
  sourceError: Type.Union([Type.String(), Type.Null()]),
  /** The KPI in the newest row. */
  kpi: Type.Union([Type.Number(), Type.Null()]),
  features: Type.Array(
    Type.Object({
      id: Type.String(),
      labels: Labels,
      state: Type.Union([FeatureState, Type.Null()]),
      sampledAt: Type.Union([EpochMs, Type.Null()]),
    }),
  ),
});
export type FeedStatus = Static<typeof FeedStatus>;
