import { expect, test } from 'vitest';
import { ViolationEstimate } from '../../../src/domain/record/estimated-violation.ts';

test('ticks add up by what was forecast; what is nearly sure is in the low, what may be in the high', () => {
  const estimate = new ViolationEstimate();
  for (const probability of [0.95, 0.5, 0.05]) estimate.add(probability, 10);
  expect(estimate.seconds).toEqual({ low: 10, mid: 15, high: 20 });
});

test('where nothing was forecast, nothing is known: neither no violation nor one for sure', () => {
  const estimate = new ViolationEstimate();
  estimate.add(undefined, 10);
  expect(estimate.seconds).toEqual({ low: 0, mid: 5, high: 10 });
});
