import fc from 'fast-check';
import { expect, test } from 'vitest';
import { floatField, lineOf, measurementName, tagTexts } from '../../src/domain/line-protocol.ts';
import { recordSample } from '../../src/domain/record-sample.ts';
import { createSeriesHeads } from '../../src/domain/series-heads.ts';
import { createTimeReader } from '../../src/domain/time-reader.ts';
import { createBatch } from '../../src/loops/batch.ts';
import { createLineMemory } from '../../src/loops/lines.ts';

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.maxSafeInteger().map(String),
  fc.constantFrom(
    '0',
    '-0',
    '00',
    '01',
    '+1',
    '1.',
    '1.0',
    '1e3',
    '0x10',
    '123456789012345678',
    ' 1',
  ),
);
const instant = fc
  .date({ min: new Date(0), max: new Date(9_223_372_036_854), noInvalidDate: true })
  .map((date) => date.toISOString());

test('a line is the same as that of the parsed number and instant, whatever came before', () => {
  const label = fc.constantFrom('a', 'b c', 'é', 'd\\', '');
  const sample = fc.record({
    labels: fc.dictionary(label, label, { maxKeys: 3 }),
    name: fc.constantFrom('up', 'a b', '#c'),
    timestamp: instant,
    value: number,
  });
  fc.assert(
    fc.property(fc.array(sample), (samples) => {
      const memory = { heads: createSeriesHeads(), msOf: createTimeReader() };
      const batch = createBatch(createLineMemory(1));
      for (const each of samples) recordSample(each, memory, batch);
      const expected = samples.map(({ labels, name, timestamp, value }) => {
        const fields = [['value', floatField(Number(value))]] as const;
        const at = Date.parse(timestamp);
        return `${lineOf(measurementName(name) ?? '', tagTexts(labels), fields, at)}\n`;
      });
      const [part] = batch.parts();
      expect(part?.lines.bytes().toString() ?? '').toBe(expected.join(''));
    }),
  );
});
