import { seededRandom } from '@slicecast/stats';
import { expect, test } from 'vitest';
import { bestBlend } from '../../../src/domain/blend/best-blend.ts';
import { trackOutOfFold } from '../../../src/domain/blend/track-out-of-fold.ts';
import type { Contender } from '../../../src/domain/choose-champion.ts';
import { emptyEstimates, setEstimate } from '../../../src/domain/estimates.ts';
import { middleOnly } from '../../../src/domain/models/model.ts';
import type { RollingOrigin } from '../../../src/domain/rolling-origin.ts';

const targets = 900;
const horizonSteps = 30;
const scale = { kind: 'log', centre: 0, spread: 1 } as const;

function rolledOf(scaledActuals: Float64Array): RollingOrigin {
  return {
    stepMs: 1000,
    horizonSteps,
    actuals: scaledActuals.map(Math.exp),
    scaledActuals,
    scales: [scale],
    foldOf: new Uint8Array(targets),
    models: [],
  };
}

function contender(name: string, middleAt: (i: number) => number): Contender {
  const estimates = emptyEstimates(targets);
  for (let i = 0; i < targets; i += 1) setEstimate(estimates, i, middleOnly(middleAt(i)));
  const values = estimates.middle.map(Math.exp);
  const kind = { mode: 'live-kpi', baseline: false, blended: true, followsLoad: true } as const;
  const members = [{ name, weight: 1, spreadWeight: 0 }];
  return { name, ...kind, members, estimates, values, trainingSeconds: 0 };
}

const random = seededRandom(2);
// Binary fractions, so that sums are exact in any order.
const actuals = Float64Array.from({ length: targets }, () => Math.floor(100 * random()) / 1024);
const models = [
  contender('early', (i) => (i < 450 ? 0.0625 : 0.375)),
  contender('late', (i) => (i < 450 ? 0.375 : 0.0625)),
];
const blend = bestBlend(models, rolledOf(actuals), actuals);

const errorAfter = ({ values }: Contender, from: number) =>
  actuals
    .subarray(from)
    .reduce((sum, actual, k) => sum + Math.abs(Math.log(values[from + k] ?? 0) - actual), 0);

test('out of fold a blend goes over to the model that took the lead', () => {
  const tracked = trackOutOfFold(blend, models, rolledOf(actuals));
  expect(errorAfter(tracked, 600)).toBeLessThan(0.5 * errorAfter(blend, 600));
  expect(tracked.estimates).toBe(blend.estimates);
});

test('a target is learned from at its own instant and not before', () => {
  // The same ones in another order, so that no mean error changes.
  const reordered = actuals.slice();
  reordered.subarray(700).reverse();
  const as = (seen: Float64Array) => trackOutOfFold(blend, models, rolledOf(seen)).values;
  const known = 700 + horizonSteps;
  expect(as(reordered).slice(0, known)).toEqual(as(actuals).slice(0, known));
  expect(as(reordered).slice(known)).not.toEqual(as(actuals).slice(known));
});

test('its tracking begins after all the targets out of fold', () => {
  const last = actuals.with(-1, 2 * (blend.estimates.middle.at(-1) ?? 0) - (actuals.at(-1) ?? 0));
  const [state, other] = [actuals, last].map(
    (seen) => trackOutOfFold(blend, models, rolledOf(seen)).tracking?.state,
  );
  expect(other?.losses).not.toEqual(state?.losses);
});

test('a blend without an error stays as it was', () => {
  const exact = contender('exact', (i) => actuals[i] ?? 0);
  expect(trackOutOfFold(exact, [exact], rolledOf(actuals))).toBe(exact);
});
