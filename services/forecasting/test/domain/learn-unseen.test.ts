import { seededRandom } from '@slicecast/stats';
import { describe, expect, test } from 'vitest';
import {
  learn,
  probabilityAtMost,
  readQuantiles,
  startCalibrator,
  warmCalibrator,
} from '../../src/domain/calibrator.ts';
import { learnUnseen, outcomeScore } from '../../src/domain/learn-unseen.ts';
import { fitResidualMemory, memoryAt } from '../../src/domain/residual-memory.ts';
import { fitResidualQuantiles } from '../../src/domain/residual-quantiles.ts';

const horizon = 30;
/** A KPI that wanders about 0 with a memory of a minute; what is forecast is the best that can be. */
const ticks = 150_000;
const trainedTicks = 20_000;
const decay = Math.exp(-1 / 60);
const random = seededRandom(2);
const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const kpi = new Float64Array(ticks + horizon);
for (let t = 1; t < kpi.length; t += 1) {
  kpi[t] = decay * (kpi[t - 1] ?? 0) + Math.sqrt(1 - decay ** 2) * gauss();
}
const noSpread = new Float64Array(trainedTicks).fill(Number.NaN);
const middleAt = (t: number) => decay ** horizon * (kpi[t] ?? 0);
const estimates = {
  middle: Float64Array.from({ length: trainedTicks }, (_, t) => middleAt(t)),
  below: noSpread,
  above: noSpread,
};
const actuals = kpi.slice(horizon, horizon + trainedTicks);
const residuals = fitResidualQuantiles(estimates, actuals);
const trained = warmCalibrator(residuals, estimates, actuals);
const memory = fitResidualMemory(residuals, trained, estimates, actuals, horizon);

const bound = 1.5;
/** Left for another flavor above, taken again below. */
const policy = { leave: 0.2, comeBack: 0.15 };

/** Means of P(KPI > bound) as said and as it came, while the flavor was in force. */
function run(unseenTeach: boolean): { said: number; came: number } {
  const state = trained.map((level) => [...level]);
  const learning = { residuals, state, trained };
  let waiting: { target: number; middle: number; quantiles: readonly number[] }[] = [];
  let newest = { tick: 0, score: 0 };
  let inForce = true;
  const sums = { said: 0, came: 0, count: 0 };
  for (let t = trainedTicks; t < ticks; t += 1) {
    const actual = kpi[t] ?? 0;
    const past = waiting[0]?.target === t ? waiting.shift() : undefined;
    if (past !== undefined) {
      newest = { tick: t, score: outcomeScore(learning, past, actual) };
      learn(residuals, state, past, actual);
    }
    const estimate = { middle: middleAt(t), below: Number.NaN, above: Number.NaN };
    const said = 1 - probabilityAtMost(residuals, state, estimate, bound);
    if (inForce) {
      const quantiles = readQuantiles(residuals, state, estimate);
      waiting.push({ target: t + horizon, middle: estimate.middle, quantiles });
      sums.said += said;
      sums.came += Number((kpi[t + horizon] ?? 0) > bound);
      sums.count += 1;
    }
    if (inForce && said > policy.leave) {
      for (const { target, middle } of unseenTeach ? waiting : []) {
        const correlation = memoryAt(memory, target - newest.tick, horizon);
        learnUnseen(learning, middle, { score: newest.score, correlation });
      }
      waiting = [];
      inForce = false;
    } else if (said < policy.comeBack) inForce = true;
  }
  return { said: sums.said / sums.count, came: sums.came / sums.count };
}

describe('a flavor that is left when a violation is likely', () => {
  test('teaches too low a P(violation) by the forecasts that are seen alone', () => {
    const { said, came } = run(false);
    expect(said).toBeLessThan(0.75 * came);
  });

  test('teaches a true one when those that are not seen are taken as the newest outcome makes likely', () => {
    const { said, came } = run(true);
    expect(Math.abs(said - came)).toBeLessThan(0.15 * came);
  });
});

describe('the memory of residuals', () => {
  test('falls from all to nothing over the horizon of a KPI that wanders', () => {
    expect(memoryAt(memory, 1, horizon)).toBeGreaterThan(0.9);
    expect(Math.abs(memoryAt(memory, 15, horizon) - 0.5)).toBeLessThan(0.1);
    expect(memoryAt(memory, 30, horizon)).toBeLessThan(0.1);
  });

  test('is none of a KPI that is noise, and none beyond the horizon', () => {
    const noise = Float64Array.from({ length: 5000 }, gauss);
    const flat = new Float64Array(noise.length);
    const nothing = { middle: flat, below: flat.map(() => Number.NaN), above: flat };
    const own = fitResidualQuantiles(nothing, noise);
    const fitted = fitResidualMemory(own, startCalibrator(own), nothing, noise, horizon);
    for (const lag of [2, 10, 30]) expect(memoryAt(fitted, lag, horizon)).toBeLessThan(0.06);
    expect(memoryAt(memory, 40, horizon)).toBe(0);
  });
});

test('where the newest outcome says nothing, what training had is what is expected', () => {
  const state = trained.map((level) => level.map((p) => 0.5 + 0.8 * (p - 0.5)));
  const before = state.map((level) => [...level]);
  learnUnseen({ residuals, state, trained }, 0, { score: 2, correlation: 0 });
  const gap = (some: readonly number[]) =>
    some.reduce((sum, p, k) => sum + Math.abs(p - (trained[1]?.[k] ?? 0)), 0);
  expect(gap(state[1] ?? [])).toBeLessThan(gap(before[1] ?? []));
  expect(state[0]).toEqual(before[0]);
});
