import { describe, expect, test } from 'vitest';
import {
  learnFromVoices,
  poolVoices,
  startTracking,
  type Tracking,
  trackedMedian,
} from '../../../src/domain/blend/blend-tracking.ts';
import { middleOnly, noEstimate } from '../../../src/domain/models/model.ts';

const horizonSteps = 30;
const begun = startTracking([1, 1], 1);

/** After `count` targets of 0, of each of which the voices said the same. */
function after(
  count: number,
  middles: readonly [number, number],
  blend: number,
  begin = begun,
): Tracking {
  let tracking = begin;
  for (let i = 0; i < count; i += 1) {
    const voices = poolVoices(tracking, middles.map(middleOnly), middleOnly(blend));
    const state = learnFromVoices(tracking, voices, 0, horizonSteps);
    tracking = { ...tracking, state };
  }
  return tracking;
}

describe('a blend that is followed', () => {
  test('begins halfway between the one that was trained and equal parts', () => {
    const { pooled } = poolVoices(begun, [2, 6].map(middleOnly), middleOnly(3));
    expect(pooled).toBeCloseTo(0.5 * 3 + 0.25 * 2 + 0.25 * 6, 12);
  });

  test('trusts a member less at first that was worse out of fold', () => {
    const [good = 0, bad = 0, blend] = startTracking([2, 2.1], 2).before;
    expect(blend).toBe(0.5);
    expect(good + bad).toBeCloseTo(0.5, 12);
    expect(good / bad).toBeCloseTo(Math.E, 12);
  });

  test('turns to the member that lately did best, and back when that is over', () => {
    const pooled = (tracking: Tracking) =>
      poolVoices(tracking, [0, 1].map(middleOnly), middleOnly(0.5)).pooled;
    const towards = after(300, [0, 1], 0.5);
    expect(pooled(towards)).toBeLessThan(0.01);
    // Now the second is right, which is to say that the first is as far off as it was.
    const back = after(600, [1, 0], 0.5, towards);
    expect(pooled(back)).toBeGreaterThan(0.99);
  });

  test('takes off a share of what all of them are off by, and no burst moves it further than a miss', () => {
    const tracking = after(3000, [0.2, 0.2], 0.2);
    expect(tracking.state.bias).toBeCloseTo(-0.2, 2);
    const voices = poolVoices(tracking, [0.2, 0.2].map(middleOnly), middleOnly(0.2));
    expect(trackedMedian(tracking.state, voices)).toBeCloseTo(0.2 - 0.3 * 0.2, 2);
    const burst = learnFromVoices(tracking, voices, 1000, horizonSteps);
    const miss = learnFromVoices(tracking, voices, 1, horizonSteps);
    expect(burst.bias).toBe(miss.bias);
  });

  test('goes on without a member that says nothing, and learns nothing then', () => {
    const tracking = after(10, [0, 1], 0.5);
    const voices = poolVoices(tracking, [middleOnly(4), noEstimate], middleOnly(4));
    expect(voices.pooled).toBeCloseTo(4, 12);
    expect(learnFromVoices(tracking, voices, 0, horizonSteps)).toEqual(tracking.state);
    expect(poolVoices(tracking, [4, 4].map(middleOnly), noEstimate).pooled).toBeNaN();
  });

  test('goes on when the only one that was near says nothing', () => {
    const tracking = after(300, [0, 500], 500);
    const { pooled } = poolVoices(tracking, [noEstimate, middleOnly(6)], middleOnly(6));
    expect(pooled).toBeCloseTo(6, 12);
  });

  test('learns nothing from a KPI that was not seen', () => {
    const tracking = after(10, [0, 1], 0.5);
    const voices = poolVoices(tracking, [0, 1].map(middleOnly), middleOnly(0.5));
    expect(learnFromVoices(tracking, voices, Number.NaN, horizonSteps)).toEqual(tracking.state);
  });
});
