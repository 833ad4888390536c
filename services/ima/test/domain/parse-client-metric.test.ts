import { expect, test } from 'vitest';
import { parseClientMetric } from '../../src/domain/parse-client-metric.ts';

const message = { measurement: 'R_99_12', values: [24.94], time: '1579355129', tags: {} };

test('the slice is at the end of the measurement, the time in seconds', () => {
  expect(parseClientMetric(message)).toEqual({ sliceId: 12, at: 1_579_355_129_000, value: 24.94 });
  expect(parseClientMetric({ ...message, time: '1579355129.25' })?.at).toBe(1_579_355_129_250);
});

test.each([
  ['without a slice', { ...message, measurement: 'R99' }],
  ['without a value', { ...message, values: [] }],
])('%s it is none', (_title, other) => {
  expect(parseClientMetric(other)).toBeUndefined();
});
