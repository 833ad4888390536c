import { expect, test } from 'vitest';
import { createReadTimes } from '../../src/lab/kpi/tail.ts';

test('tells what one read in a hundred exceeded, of those that ended in the interval', () => {
  const times = createReadTimes();
  const latencies = Array.from({ length: 101 }, (_, index) => index + 1);
  for (const latency of latencies) times.begin(0).end(latency, true);
  // numpy.percentile(range(1, 102), 99)
  expect(times.r99(200)).toBe(100);
  times.begin(200).end(205, true);
  expect(times.r99(1200)).toBe(5);
});

test('counts a read that is still open after a second with its age, and a young one not yet', () => {
  const times = createReadTimes();
  const hanging = times.begin(0);
  expect(times.r99(900)).toBeNaN();
  expect(times.r99(1900)).toBe(1900);
  expect(times.r99(2900)).toBe(2900);
  hanging.end(3000, true);
  expect(times.r99(3900)).toBe(3000);
  expect(times.r99(4900)).toBeNaN();
});

test('takes no refused read for a fast one', () => {
  const times = createReadTimes();
  times.begin(0).end(1, false);
  expect(times.r99(1000)).toBe(10_000);
});
