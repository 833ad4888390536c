import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outcomeOf } from '../src/judge/outcome.ts';
import {
  fixedSchedule,
  hindsightSchedule,
  oracleSchedule,
} from '../src/schedules/with-foresight.ts';
import { aSlice, kpiRecording, repeated } from './fakes.ts';

const slice = aSlice();
const changeSeconds = 3;

test('the oracle is on the large flavor before the small one violates, and as long as it does', () => {
  const small = [...repeated(100, 100), ...repeated(60, 300), ...repeated(100, 100)];
  const recording = kpiRecording(small, repeated(260, 50));
  const span = { from: 0, to: 260 };
  const schedule = oracleSchedule({ recording, slice, span, changeSeconds });
  expect(schedule.indexOf(2)).toBe(100 - 15 + changeSeconds);
  expect(schedule.lastIndexOf(2)).toBe(159 + changeSeconds);
});

test('the oracle does not move for a burst', () => {
  const small = [...repeated(100, 100), ...repeated(5, 900), ...repeated(100, 100)];
  const recording = kpiRecording(small, repeated(205, 50));
  const schedule = oracleSchedule({ recording, slice, span: { from: 0, to: 205 }, changeSeconds });
  expect(new Set(schedule)).toEqual(new Set([1]));
});

const kpi = fc.array(fc.tuple(fc.constantFrom(100, 200), fc.constantFrom(100, 200)), {
  minLength: 1,
  maxLength: 9,
});

test('no schedule is better than the one in hindsight', () => {
  fc.assert(
    fc.property(kpi, fc.integer({ min: 0, max: 5 }), (pairs, violationPrice) => {
      const recording = kpiRecording(
        pairs.map(([small]) => small),
        pairs.map(([, large]) => large),
      );
      const span = { from: 0, to: pairs.length };
      const priceOf = (flavors: readonly number[]) => {
        const { violationSeconds, cost } = outcomeOf(recording, slice, { span, flavors });
        const changes = [1, ...flavors].filter((id, k, all) => k > 0 && id !== all[k - 1]).length;
        return cost + violationPrice * (violationSeconds + changeSeconds * changes);
      };
      const options = { recording, slice, span, changeSeconds };
      const best = priceOf(hindsightSchedule(options, violationPrice));
      // All schedules there are: bit k says which flavor is in force at tick k.
      for (let bits = 0; bits < 2 ** pairs.length; bits += 1) {
        const schedule = pairs.map((_, k) => ((bits >> k) & 1) + 1);
        expect(priceOf(schedule)).toBeGreaterThanOrEqual(best);
      }
      expect(priceOf(fixedSchedule(options, 2))).toBeGreaterThanOrEqual(best);
    }),
    { numRuns: 60 },
  );
});
