import { stepsOf } from '../basis.ts';
import { designLookBackSeconds } from '../design-row.ts';
import { type Instant, instantAt } from '../instant.ts';
import { type EffectState, effectiveLoad, type LoadEffect } from './load-effect.ts';

/**
 * An instant whose load is what would usually do what the load does now: all of the past that a design row looks
 * at, by the effect of now, so that nothing but the newest effect need be kept. O(look-back).
 */
export function underEffect(effect: LoadEffect, state: EffectState, instant: Instant): Instant {
  const { basis, series, index } = instant;
  const first = Math.max(0, index - stepsOf(basis, designLookBackSeconds));
  const cut = (cells: Float64Array) => cells.subarray(first, index + 1);
  const seen = {
    firstTick: series.firstTick + first,
    length: index + 1 - first,
    kpi: cut(series.kpi),
    load: cut(series.load).map((load) => effectiveLoad(effect, load, state)),
    phase: cut(series.phase),
  };
  return instantAt(basis, seen, index - first);
}
