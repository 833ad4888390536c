import { describe, expect, test } from 'vitest';
import { addOutcome, errorRatio, noStanding } from '../../../src/domain/contest/live-standing.ts';
import {
  championInCharge,
  chooseInCharge,
  type InCharge,
} from '../../../src/domain/contest/stand-in.ts';

const model = (ratio: number) => ({ baseline: false, ratio });
const baseline = (ratio: number) => ({ baseline: true, ratio });
const ungated: InCharge = { index: 0, skilled: false };

describe('while a champion drifts, in charge is', () => {
  test.each([
    [
      'the best challenger',
      [model(1.2), model(0.9), model(0.7), baseline(1)],
      { index: 2, skilled: true },
    ],
    [
      'the champion, where nobody is noticeably better',
      [model(0.8), model(0.79), baseline(1)],
      { index: 0, skilled: true },
    ],
    [
      'never a baseline; without skill when one is best',
      [model(1.5), model(1.2), baseline(0.8), baseline(1)],
      { index: 1, skilled: false },
    ],
    [
      'nobody with skill when persistence is better',
      [model(1.5), model(1.2)],
      { index: 1, skilled: false },
    ],
    [
      'who is known, when the champion is not',
      [model(Number.NaN), model(0.8)],
      { index: 1, skilled: true },
    ],
    [
      'the champion without skill, when nothing is known',
      [model(Number.NaN), model(Number.NaN)],
      { index: 0, skilled: false },
    ],
  ])('%s', (_title, candidates, expected) => {
    expect(chooseInCharge(candidates, championInCharge, true)).toEqual(expected);
  });

  test('whoever beats the other baselines, where the champion never beat persistence', () => {
    const candidates = [model(1.5), model(1.2), baseline(1.4)];
    expect(chooseInCharge(candidates, championInCharge, false)).toEqual({
      index: 1,
      skilled: true,
    });
  });

  test('taken for skilled again by a noticeable share alone', () => {
    expect(chooseInCharge([model(0.99)], ungated, true).skilled).toBe(false);
    expect(chooseInCharge([model(0.99)], championInCharge, true).skilled).toBe(true);
    expect(chooseInCharge([model(0.95)], ungated, true).skilled).toBe(true);
  });

  test('not taken for skill-less because of a baseline, while it beats persistence', () => {
    const candidates = [model(0.9), baseline(0.8), baseline(1)];
    expect(chooseInCharge(candidates, championInCharge, true).skilled).toBe(true);
    expect(chooseInCharge(candidates, ungated, true).skilled).toBe(false);
  });
});

describe('a live standing', () => {
  const outcome = (scaledError: number) => ({
    error: 1,
    persistenceError: 2,
    scaledError,
    scaledPersistenceError: 0.2,
  });
  const after = (outcomes: readonly number[]) =>
    outcomes.map(outcome).reduce(addOutcome, noStanding);

  test('says nothing before twenty outcomes or so', () => {
    expect(errorRatio(after(Array(15).fill(0.1)))).toBeNaN();
    expect(errorRatio(after(Array(25).fill(0.1)))).toBeCloseTo(0.5, 10);
  });

  test('forgets what is long ago', () => {
    expect(errorRatio(after([...Array(500).fill(0.1), ...Array(500).fill(0.4)]))).toBeCloseTo(2, 1);
  });
});
