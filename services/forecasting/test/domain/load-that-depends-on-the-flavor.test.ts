import type { Forecast } from '@slicecast/contracts';
import { describe, expect, test } from 'vitest';
import { createSliceForecaster } from '../../src/domain/slice-forecaster.ts';
import { train } from '../../src/domain/train.ts';
import { demandOf, type FlavorName, kpiUnder, profileUnder } from '../fakes/backing-off-clients.ts';
import { rowOf, syntheticSlice } from '../fakes/synthetic-load.ts';

const bound = 90;
const slice = syntheticSlice({ sla: { ...syntheticSlice().sla, bound } });
const horizon = 30;
const hooks = { progress: () => undefined, cancelled: () => false };
const trained = demandOf(3600, 1);
const modelOf = (flavor: FlavorName) => {
  const profile = profileUnder(flavor, trained);
  const input = { profile, horizonSeconds: horizon, sla: slice.sla, seed: 1 };
  return { modelId: flavor, model: train(input, hooks) };
};
const models = new Map([
  [1, modelOf('small')],
  [2, modelOf('large')],
]);

interface Judged {
  /** Changes to the large flavor before it was made. */
  readonly changes: number;
  readonly forecast: Forecast;
  /** Of a forecaster that never saw a change. */
  readonly naive: Forecast;
  readonly actual: number;
}

/** Changes when the other flavor would have been the right one for so many seconds. */
const dwell = 40;

/** The counterfactual forecasts for the large flavor that were made shortly before a change to it. */
function judgedForecasts(rows: number): readonly Judged[] {
  const seconds = demandOf(rows, 7);
  const seen = { small: profileUnder('small', seconds), large: profileUnder('large', seconds) };
  const learning = createSliceForecaster({ models });
  const naive = createSliceForecaster({ models });
  const forecastOfLarge = (forecaster: typeof naive, input: ReturnType<typeof rowOf>) =>
    forecaster.step(input, slice)?.forecasts.find(({ flavorId }) => flavorId === 2);
  let made: (Omit<Judged, 'actual'> & { row: number })[] = [];
  const judged: Judged[] = [];
  let flavor: FlavorName = 'small';
  let wrong = 0;
  let changes = 0;
  seconds.forEach(({ demand }, row) => {
    wrong = demand > 0.5 === (flavor === 'small') ? wrong + 1 : 0;
    if (wrong >= dwell) {
      flavor = flavor === 'small' ? 'large' : 'small';
      wrong = 0;
      for (const one of flavor === 'large' ? made : []) {
        const target = seconds[one.row + horizon];
        if (one.row + horizon < row || target === undefined) continue;
        judged.push({ ...one, actual: kpiUnder('large', target) });
      }
      made = [];
      if (flavor === 'large') changes += 1;
    }
    const forecast = forecastOfLarge(
      learning,
      rowOf(seen[flavor], row, flavor === 'small' ? 1 : 2),
    );
    const unwidened = forecastOfLarge(naive, rowOf(seen[flavor], row, 1));
    if (forecast?.counterfactual !== true || unwidened === undefined) return;
    made.push({ row, changes, forecast, naive: unwidened });
  });
  return judged;
}

type Which = 'forecast' | 'naive';

function coverage(
  judged: readonly Judged[],
  which: Which,
  low: 'q10' | 'q025',
  high: 'q90' | 'q975',
) {
  const inside = judged.filter((one) => {
    const { quantiles } = one[which];
    return one.actual >= quantiles[low] && one.actual <= quantiles[high];
  });
  return inside.length / judged.length;
}

function brier(judged: readonly Judged[], which: Which): number {
  const squares = judged.map((one) => {
    return (one[which].violationProbability - Number(one.actual > bound)) ** 2;
  });
  return squares.reduce((sum, square) => sum + square, 0) / judged.length;
}

describe('where clients back off from the small flavor and come back to the large one', () => {
  const judged = judgedForecasts(16_000);
  const later = judged.filter(({ changes }) => changes >= 3);

  test('the load seen under the small one promises too much', () => {
    expect(coverage(judged, 'naive', 'q10', 'q90')).toBeLessThan(0.5);
  });

  test('after three changes the intervals hold what comes', () => {
    expect(later.length).toBeGreaterThan(200);
    expect(coverage(later, 'forecast', 'q10', 'q90')).toBeGreaterThan(0.75);
    expect(coverage(later, 'forecast', 'q025', 'q975')).toBeGreaterThan(0.9);
  });

  test('and P(violation) comes nearer to what happens', () => {
    expect(brier(later, 'forecast')).toBeLessThan(0.7 * brier(later, 'naive'));
  });
});
