import fc from 'fast-check';
import { expect, test } from 'vitest';
import { measurementName, tagTexts } from '../../src/domain/line-protocol.ts';
import { createSeriesHeads } from '../../src/domain/series-heads.ts';

test('what is remembered never decides what is written: labels may be shared by metrics', () => {
  const label = fc.constantFrom('', 'a', 'b', 'c');
  const sets = fc.array(fc.dictionary(label, label, { maxKeys: 3 }), { minLength: 1 });
  const picks = fc.array(fc.record({ name: fc.constantFrom('m', 'n'), pick: fc.nat() }));
  fc.assert(
    fc.property(sets, picks, (kinds, samples) => {
      const heads = createSeriesHeads();
      for (const { name, pick } of samples) {
        const labels = kinds[pick % kinds.length] ?? {};
        const expected = `${measurementName(name)}${tagTexts(labels)} value=`;
        expect(heads.of({ name, labels })?.toString()).toBe(expected);
      }
    }),
  );
});
