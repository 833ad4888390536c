import { type Response, respond } from './response.ts';

/** How the KPI answers to the load under one flavor, and how that answer wanders. Plain JSON. */
export interface LoadEffect {
  /** The load signal where every feature that enters it is 0. */
  readonly idle: number;
  readonly response: Response;
  /** Standard deviation of the KPI about what is usual, from tick to tick, on its scale. */
  readonly noise: number;
  /** Standard deviation of the change in the effect's logarithm from tick to tick; 0: nothing can be told of it. */
  readonly wander: number;
}

/**
 * What a unit of load costs now, over what is usual: the same number whatever flavor is in force. JSON.
 */
export interface EffectState {
  /** Of the ratio. */
  readonly logarithm: number;
  readonly variance: number;
  /** The newest tick whose KPI was seen; null before the first. */
  readonly tick: number | null;
}

/** Before a KPI was seen it may be a third more or less. */
const startVariance = 0.3 ** 2;
export const usualEffect: EffectState = { logarithm: 0, variance: startVariance, tick: null };

/** An outcome beyond so many deviations counts as that far off: a burst is no effect. */
const mostDeviations = 3;
/** The effect is at most so many times, and at least such a part of, the usual. */
const mostRatio = 4;

/** With more than half of the first variance too little is known to forecast by. */
const mostVariance = startVariance / 2;

/** Whether the effect is known well, from a KPI not older than `patience` ticks. */
export function isKnown(state: EffectState, tick: number, patience: number): boolean {
  return state.tick !== null && tick - state.tick <= patience && state.variance <= mostVariance;
}

/** The load that would usually do what this load does now. */
export function effectiveLoad({ idle }: LoadEffect, load: number, { logarithm }: EffectState) {
  return idle + Math.exp(logarithm) * (load - idle);
}

/**
 * Takes in the KPI of a tick (on its scale) under the flavor of `effect`, and the load of that tick: an extended
 * Kalman filter on the logarithm of the ratio, a random walk. A flat response tells nothing and moves nothing.
 */
export function observeEffect(
  effect: LoadEffect,
  state: EffectState,
  seen: { readonly tick: number; readonly load: number; readonly kpi: number },
): EffectState {
  const { noise, wander, idle } = effect;
  if (wander === 0 || !Number.isFinite(seen.load) || !Number.isFinite(seen.kpi)) return state;
  const ticks = Math.max(0, seen.tick - (state.tick ?? seen.tick));
  const variance = Math.min(startVariance, state.variance + ticks * wander ** 2);
  const load = effectiveLoad(effect, seen.load, state);
  const { kpi, slope } = respond(effect.response, load);
  const sensitivity = slope * (load - idle);
  const total = sensitivity ** 2 * variance + noise ** 2;
  const most = mostDeviations * Math.sqrt(total);
  const surprise = Math.max(-most, Math.min(most, seen.kpi - kpi));
  const gain = (variance * sensitivity) / total;
  const limit = Math.log(mostRatio);
  const logarithm = state.logarithm + gain * surprise;
  return {
    logarithm: Math.max(-limit, Math.min(limit, logarithm)),
    variance: variance * (1 - gain * sensitivity),
    tick: Math.max(seen.tick, state.tick ?? seen.tick),
  };
}
