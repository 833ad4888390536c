import { median, sortedQuantile } from '@slicecast/stats';
import { idleLoad, type LoadSignal } from '../load/load-signal.ts';
import type { Series } from '../series.ts';
import {
  type EffectState,
  effectiveLoad,
  type LoadEffect,
  observeEffect,
  usualEffect,
} from './load-effect.ts';
import { fitResponse, type Response, respond } from './response.ts';

/** What is tried for how fast the effect wanders, a tick. */
const wanders = [0.002, 0.004, 0.008, 0.016, 0.032, 0.064];
/** With a smaller share of the error saved the effect is taken to stand still. */
const leastGain = 0.01;
/** The load at its lowest may be so many times its range above idle: further off, a ratio says nothing. */
const mostRanges = 5;
/** And so much below it, by noise. */
const mostRangesBelow = 0.1;

export interface FittedEffect extends LoadEffect {
  /** Share of the response's error a horizon ahead that following the effect saves, on the part it was fitted on. */
  readonly gain: number;
}

/**
 * From the cells before `end`; null when the load has no sensible zero or too few cells are there. O(cells).
 */
export function fitEffect(
  series: Pick<Series, 'load' | 'kpi'>,
  end: number,
  signal: LoadSignal,
  horizonSteps: number,
): FittedEffect | null {
  const load = series.load.subarray(0, end);
  const kpi = series.kpi.subarray(0, end);
  const idle = idleLoad(signal);
  const response = fitResponse(load, kpi);
  if (response === null || !isRatio(idle, load)) return null;
  const noise = noiseOf(load, kpi, response);
  if (!(noise > 0)) return null;
  const still = { idle, response, noise, wander: 0 };
  const standing = errorAhead(still, load, kpi, horizonSteps);
  let best = { wander: 0, error: standing };
  for (const wander of wanders) {
    const error = errorAhead({ ...still, wander }, load, kpi, horizonSteps);
    if (error < best.error) best = { wander, error };
  }
  const gain = standing > 0 ? 1 - best.error / standing : 0;
  return gain >= leastGain ? { ...still, wander: best.wander, gain } : { ...still, gain: 0 };
}

/** The effect after each cell, from that cell and those before it. */
export function followEffect(
  effect: LoadEffect,
  { load, kpi }: Pick<Series, 'load' | 'kpi'>,
): EffectState[] {
  let state = usualEffect;
  return Array.from(load, (cell, tick) => {
    state = observeEffect(effect, state, { tick, load: cell, kpi: kpi[tick] ?? Number.NaN });
    return state;
  });
}

function isRatio(idle: number, load: Float64Array): boolean {
  const sorted = load.filter(Number.isFinite).sort();
  const [low, high] = [sortedQuantile(sorted, 0.05), sortedQuantile(sorted, 0.95)];
  const distance = (low - idle) / (high - low);
  return distance >= -mostRangesBelow && distance <= mostRanges;
}

/** From neighbouring cells, since what lies between distant ones may be the effect. */
function noiseOf(load: Float64Array, kpi: Float64Array, response: Response): number {
  const residuals = kpi.map((value, i) => value - respond(response, load[i] ?? Number.NaN).kpi);
  const steps = residuals.subarray(1).map((value, i) => Math.abs(value - (residuals[i] ?? 0)));
  return (normalDeviation * median(steps.filter(Number.isFinite))) / Math.SQRT2;
}

/** The standard deviation over the median absolute deviation, of a normal distribution. */
const normalDeviation = 1.4826;

/**
 * Mean absolute error of the response under the effect of a horizon ago. The load of the target itself is used, so
 * that the effect alone is judged, not the load's forecast.
 */
function errorAhead(
  effect: LoadEffect,
  load: Float64Array,
  kpi: Float64Array,
  horizonSteps: number,
): number {
  const states = followEffect(effect, { load, kpi });
  let sum = 0;
  let count = 0;
  for (let i = 0; i + horizonSteps < load.length; i += 1) {
    const target = load[i + horizonSteps] ?? Number.NaN;
    const then = effectiveLoad(effect, target, states[i] ?? usualEffect);
    const error = (kpi[i + horizonSteps] ?? Number.NaN) - respond(effect.response, then).kpi;
    if (!Number.isFinite(error)) continue;
    sum += Math.abs(error);
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}
