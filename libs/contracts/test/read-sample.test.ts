import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { SampleMessage } from '../src/messages/mlo-v2.ts';
import { createSampleReader, type SampleReader } from '../src/messages/read-sample.ts';

describe('a reader of samples', () => {
  test('reads every text as parsing and checking it does, whatever it read before', () => {
    const word = fc.constantFrom('', 'a', '1', 'NaN', '2026-01-01T00:00:00Z', '"', '\\', '\n', 'é');
    const name = fc.oneof(word, fc.constant('timestamp'), fc.constant('value'));
    const labels = fc.dictionary(name, word, { maxKeys: 2 });
    const sample = fc.record({ labels, name, timestamp: word, value: word });
    const other = fc.record({ name: word, timestamp: word, labels, value: word });
    const nested = fc.record({ name: word, labels: fc.record({ timestamp: word, value: word }) });
    const number = fc.record({ labels, name, timestamp: word, value: fc.integer() });
    const extra = fc.record({ more: sample, labels, name, timestamp: word, value: word });
    const stale = fc.record({
      labels,
      name,
      stale: fc.constantFrom(true, false),
      timestamp: word,
      value: word,
    });
    const text = fc
      .oneof(sample, sample, other, nested, number, extra, stale)
      .map((value) => JSON.stringify(value));
    const cut = fc.tuple(text, fc.nat(30)).map(([whole, n]) => whole.slice(0, whole.length - n));
    fc.assert(
      fc.property(fc.array(fc.oneof(text, text, cut), { maxLength: 40 }), (texts) => {
        const { read, readBytes } = createSampleReader();
        for (const json of texts) {
          expect(read(json)).toEqual(parsed(json));
          expect(inTheMiddle(readBytes, json)).toEqual(parsed(json));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('finds series by their bytes in whatever order they come', () => {
    const sample = fc.record({
      labels: fc.record({ instance: fc.constantFrom('a', 'b', 'é', 'Ã©', 'longer') }),
      name: fc.constantFrom('node_load1', 'up'),
      timestamp: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', '1'),
      value: fc.constantFrom('1', '2.5', '-1e300', 'NaN', '+Inf'),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 60 }), (samples) => {
        const { readBytes } = createSampleReader();
        for (const each of samples)
          expect(inTheMiddle(readBytes, JSON.stringify(each))).toEqual(each);
      }),
    );
  });

  test.each([
    ['text', (reader: SampleReader) => reader.read],
    [
      'bytes',
      ({ readBytes }: SampleReader) =>
        (json: string) =>
          inTheMiddle(readBytes, json),
    ],
  ])(
    'gives samples of a series the same labels, so that what is known of them can be found, from %s',
    (_title, of) => {
      const read = of(createSampleReader());
      const at = (second: number) =>
        JSON.stringify({
          labels: { instance: 'a:9100' },
          name: 'node_load1',
          timestamp: `2026-01-01T00:00:0${second}Z`,
          value: String(second),
        });
      const first = read(at(1));
      const second = read(at(2));
      expect(second).toEqual({ ...first, timestamp: '2026-01-01T00:00:02Z', value: '2' });
      expect(second?.labels).toBe(first?.labels);
    },
  );
});

function parsed(json: string): SampleMessage | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return Value.Check(SampleMessage, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A message's bytes stand among those of others. */
function inTheMiddle(readBytes: SampleReader['readBytes'], json: string) {
  const before = '"timestamp":"';
  const bytes = Buffer.from(`${before}${json}"}`);
  return readBytes(bytes, before.length, bytes.length - 2);
}
