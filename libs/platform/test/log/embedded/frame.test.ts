import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrame, encodeFrame } from '../../../src/log/embedded/frame.ts';

const wellFormed = fc.string({ unit: 'grapheme' });
const record = fc.record({
  offset: fc.nat(),
  at: fc.maxSafeInteger(),
  key: wellFormed,
  json: wellFormed,
});

test('a record that was written is read back', () => {
  fc.assert(
    fc.property(record, (written) => {
      const frame = encodeFrame(written);
      expect(decodeFrame(frame, 0)).toEqual({
        state: 'whole',
        record: written,
        bytes: frame.length,
      });
    }),
  );
});

test('a record that is cut anywhere is not taken for a whole one', () => {
  fc.assert(
    fc.property(record, fc.nat(), (written, at) => {
      const frame = encodeFrame(written);
      expect(decodeFrame(frame.subarray(0, at % frame.length), 0).state).toBe('incomplete');
    }),
  );
});

test('a record with a changed byte is not taken for a whole one', () => {
  fc.assert(
    fc.property(record, fc.nat(), fc.integer({ min: 1, max: 255 }), (written, at, change) => {
      const frame = encodeFrame(written);
      const index = at % frame.length;
      frame[index] = (frame[index] ?? 0) ^ change;
      expect(decodeFrame(frame, 0).state).not.toBe('whole');
    }),
  );
});
