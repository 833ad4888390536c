import { seededRandom } from '@slicecast/stats';
import { expect, test } from 'vitest';
import {
  type EffectState,
  isKnown,
  type LoadEffect,
  observeEffect,
  usualEffect,
} from '../../../src/domain/effect/load-effect.ts';

/** KPI = gain · load, idle at 0: what a unit of load costs is told by the KPI over the load. */
function linear(gain: number): LoadEffect {
  const loads = [0, 10];
  const response = { loads, kpis: loads.map((load) => gain * load) };
  return { idle: 0, response, noise: 0.1 * gain, wander: 0.02 };
}

/** The state after `ticks` of a load whose cost is `ratio` times the usual. */
function after(effect: LoadEffect, gain: number, ratio: number, ticks: number, from: EffectState) {
  const random = seededRandom(4);
  let state = from;
  const first = (from.tick ?? -1) + 1;
  for (let k = 0; k < ticks; k += 1) {
    const load = 2 + random();
    const kpi = gain * ratio * load + 0.2 * gain * (random() - 0.5);
    state = observeEffect(effect, state, { tick: first + k, load, kpi });
  }
  return state;
}

test('what a load costs under one flavor is known under another, and goes on being followed there', () => {
  const state = after(linear(5), 5, 1.6, 200, usualEffect);
  expect(Math.exp(state.logarithm)).toBeCloseTo(1.6, 1);
  const onLarge = after(linear(1), 1, 0.8, 300, state);
  expect(Math.exp(onLarge.logarithm)).toBeCloseTo(0.8, 1);
});

test('an outlier moves it no more than a few deviations would', () => {
  const state = after(linear(5), 5, 1, 200, usualEffect);
  const tick = (state.tick ?? 0) + 1;
  const bent = observeEffect(linear(5), state, { tick, load: 2, kpi: 1e9 });
  expect(Math.exp(bent.logarithm)).toBeLessThan(1.1);
});

test('a KPI that does not heed the load, or was not seen, tells nothing', () => {
  const flat = { ...linear(5), response: { loads: [0, 10], kpis: [7, 7] } };
  expect(after(flat, 5, 1.6, 100, usualEffect).logarithm).toBe(0);
  const unseen = { tick: 1, load: Number.NaN, kpi: 3 };
  expect(observeEffect(linear(5), usualEffect, unseen)).toBe(usualEffect);
  const still = { ...linear(5), wander: 0 };
  expect(observeEffect(still, usualEffect, { tick: 1, load: 2, kpi: 30 })).toBe(usualEffect);
});

test('it is known once the KPI told enough, and no longer when the KPI stays away', () => {
  const state = after(linear(5), 5, 1.2, 50, usualEffect);
  expect(isKnown(usualEffect, 0, 30)).toBe(false);
  expect(isKnown(state, 60, 30)).toBe(true);
  expect(isKnown(state, 100, 30)).toBe(false);
});
