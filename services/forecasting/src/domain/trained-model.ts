import type { Feature, Scoreboard } from '@slicecast/contracts';
import type { Basis } from './basis.ts';
import { addToBlend, endBlend, type Member, startBlend } from './blend/blend.ts';
import type { Tracking } from './blend/blend-tracking.ts';
import type { Rivals } from './contest/challenger.ts';
import type { LoadEffect } from './effect/load-effect.ts';
import type { Instant } from './instant.ts';
import type { KpiScale } from './kpi-scale.ts';
import type { LoadSignal } from './load/load-signal.ts';
import { modelNamed } from './models/index.ts';
import { type Estimate, type Fitted, noEstimate } from './models/model.ts';
import type { TrainedIntervals } from './trained-intervals.ts';

/** The model in charge of one mode, fitted on the whole profile; plain JSON. */
export interface Champion extends TrainedIntervals {
  readonly members: readonly (Member & { readonly fitted: Fitted })[];
  /** Absent where nothing is followed: without a live KPI, of a single model, and in a model of before it was. */
  readonly tracking?: Tracking;
  readonly lookBackSteps: number;
  readonly scoreboard: Scoreboard;
  /** Absent in a model that was made before there were challengers. */
  readonly rivals?: Rivals;
}

/** What an older version learned cannot be forecast with by this one: the flavor is profiled anew. */
export const trainedModelFormat = 3;

/** Everything that was learned from one profile for one horizon: plain JSON, the same for the same request. */
export interface TrainedModel {
  readonly formatVersion: typeof trainedModelFormat;
  readonly features: readonly Feature[];
  readonly stepMs: number;
  readonly horizonSeconds: number;
  readonly rows: number;
  readonly seed: number;
  /** Of the load's cycle; null where none was found. */
  readonly periodMs: number | null;
  /** The longest look-back that a forecast needs. */
  readonly windowMs: number;
  readonly scale: KpiScale;
  readonly signal: LoadSignal;
  readonly basis: Basis;
  /** With fewer usable features than this, the model did not pass its gate in training. */
  readonly fewestFeatures: number;
  /** Groups of the load's columns without any of which it did not either; absent where none are weighed. */
  readonly neededGroups?: readonly number[];
  readonly liveKpi: Champion;
  readonly xAlone: Champion;
  /**
   * How the KPI answers to the load under this flavor; absent where the load has no zero, and in a model of before it was
   * followed. `champion`: forecasts from the load under its effect, where that beats the load alone.
   */
  readonly effect?: LoadEffect & { readonly champion?: Champion };
}

/** What each member says, in their order. */
export function membersAt(
  { members }: Pick<Champion, 'members'>,
  instant: Instant,
): readonly Estimate[] {
  return members.map(({ name, fitted }) => modelNamed(name).forecast(fitted, instant));
}

/**
 * The champion's estimate: the weighted mean of its members' on the KPI's scale. A member that misses an
 * input is left out, as long as members of half of the weight remain; else `middle` is NaN.
 */
export function blendMembers(
  { members }: Pick<Champion, 'members'>,
  estimates: readonly Estimate[],
): Estimate {
  const blend = startBlend();
  members.forEach(({ weight, spreadWeight }, index) => {
    addToBlend(blend, estimates[index] ?? noEstimate, weight, spreadWeight);
  });
  return endBlend(blend);
}
