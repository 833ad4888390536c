import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSampleWriter } from '../src/messages/write-sample.ts';

test('writes every sample as JSON.stringify does, also of labels that it has written before', () => {
  const labels = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 });
  const rest = fc.record(
    { name: fc.string(), timestamp: fc.string(), value: fc.string(), stale: fc.constant(true) },
    { requiredKeys: ['name', 'timestamp', 'value'] },
  );
  fc.assert(
    fc.property(fc.array(labels, { minLength: 1 }), fc.array(rest), (series, samples) => {
      const write = createSampleWriter();
      samples.forEach(({ name, timestamp, value, stale }, n) => {
        const sample = {
          labels: series[n % series.length] ?? {},
          name,
          timestamp,
          value,
          ...(stale === undefined ? {} : { stale: true as const }),
        };
        expect(write(sample)).toBe(JSON.stringify(sample));
      });
    }),
  );
});
