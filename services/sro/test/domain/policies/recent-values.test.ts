import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  meanOf,
  noValues,
  type RecentValues,
  withHighest,
  withValue,
} from '../../../src/domain/policies/recent-values.ts';

const steps = fc.array(
  fc.record({ gap: fc.integer({ min: 1, max: 20 }), value: fc.integer({ min: -50, max: 50 }) }),
  { minLength: 1, maxLength: 200 },
);
const spanMs = 30;

/** Runs over the steps and hands each state over beside the values that are young enough then. */
function overSteps(
  given: readonly { gap: number; value: number }[],
  add: typeof withValue,
  check: (state: RecentValues, young: readonly number[]) => void,
): void {
  let state = noValues;
  let at = 0;
  const all: { at: number; value: number }[] = [];
  for (const { gap, value } of given) {
    at += gap;
    all.push({ at, value });
    state = add(state, { at, value, spanMs });
    check(
      state,
      all.filter((each) => each.at > at - spanMs).map((each) => each.value),
    );
  }
}

test('the mean is that of the values younger than the span', () => {
  fc.assert(
    fc.property(steps, (given) => {
      overSteps(given, withValue, (state, young) => {
        expect(state.values).toEqual(young);
        const sum = young.reduce((total, value) => total + value, 0);
        expect(meanOf(state)).toBeCloseTo(sum / young.length);
      });
    }),
  );
});

test('the first of the highest is the highest of the span, and what cannot become it is not kept', () => {
  fc.assert(
    fc.property(steps, (given) => {
      overSteps(given, withHighest, (state, young) => {
        expect(state.values[0]).toBe(Math.max(...young));
        expect(state.values).toEqual([...state.values].sort((a, b) => b - a));
      });
    }),
  );
});

test('however many values come within the span, 600 are kept at most', () => {
  let state = noValues;
  for (let at = 0; at < 5000; at += 1) state = withValue(state, { at, value: at, spanMs: 1e9 });
  expect(state.values).toHaveLength(600);
  expect(state.values.at(-1)).toBe(4999);
});
