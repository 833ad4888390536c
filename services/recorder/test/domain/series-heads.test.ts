import fc from 'fast-check';
import { expect, test } from 'vitest';
import { measurementName, tagTexts } from '../../src/domain/line-protocol.ts';
import { createSeriesHeads } from '../../src/domain/series-heads.ts';

test('what is remembered never decides what is written: keys may be wrong, shared or absent', () => {
  const label = fc.constantFrom('', 'a', 'b', 'c');
  const sample = fc.record({
    key: fc.constantFrom('', 'k'),
    name: fc.constantFrom('m', 'n'),
    labels: fc.dictionary(label, label, { maxKeys: 3 }),
  });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 30 }), (samples) => {
      const heads = createSeriesHeads();
      for (const { key, name, labels } of samples) {
        const expected = `${measurementName(name)}${tagTexts(labels)}`;
        expect(heads.of(key, { name, labels })).toBe(expected);
      }
    }),
  );
});
