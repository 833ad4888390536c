import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineMemory, createLineWriter } from '../../src/loops/lines.ts';

const line = fc.oneof(
  fc.record({
    text: fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\n', '')),
  }),
  fc.record({
    head: fc
      .string({ unit: 'grapheme', maxLength: 400 })
      .map((text) => `${text.replaceAll('\n', '')} value=`),
    value: fc.constantFrom('0', '1.5', '-1e-7', '123456789012345'),
    at: fc.integer({ min: 0, max: 9_223_372_036_854 }),
  }),
);

test('are the bytes of the same lines as text, whole and in slices', () => {
  const memory = createLineMemory(1);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 400 }), fc.nat(400), fc.nat(400), (items, a, b) => {
      const writer = createLineWriter(memory);
      for (const item of items) {
        if ('text' in item) writer.add(item.text);
        else writer.addValue(Buffer.from(item.head), item.value, item.at);
      }
      const texts = items.map((item) =>
        'text' in item ? item.text : `${item.head}${item.value} ${item.at}`,
      );
      const bytesOf = (some: readonly string[]) =>
        Buffer.from(some.map((text) => `${text}\n`).join(''));
      const lines = writer.lines();
      expect(lines.length).toBe(items.length);
      expect(lines.bytes().equals(bytesOf(texts))).toBe(true);
      const [from = 0, to = 0] = [a, b]
        .map((at) => Math.min(at, items.length))
        .toSorted((x, y) => x - y);
      const part = lines.slice(from, to);
      expect(part.length).toBe(to - from);
      expect(part.bytes().equals(bytesOf(texts.slice(from, to)))).toBe(true);
      expect(
        part
          .slice(1 % (to - from + 1))
          .bytes()
          .equals(bytesOf(texts.slice(from, to).slice(1 % (to - from + 1)))),
      ).toBe(true);
      writer.release();
    }),
  );
});
