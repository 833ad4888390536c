import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochSeconds, parseTimestamp } from '../../src/index.ts';

describe('a timestamp', () => {
  test.each([
    ['1579355129', 1579355129000],
    ['1579355129.0', 1579355129000],
    ['1579355129.25', 1579355129250],
    [' 1579355129 ', 1579355129000],
    ['1579355129250', 1579355129250],
    ['1.579355129e9', 1579355129000],
    ['2020-01-18T13:45:29Z', 1579355129000],
    ['2020-01-18t13:45:29.250z', 1579355129250],
    ['2020-01-18 14:45:29+01:00', 1579355129000],
    ['2020-01-18T13:45:29.123456Z', 1579355129123],
  ])('%s is understood', (text, at) => {
    expect(parseTimestamp(text)).toBe(at);
  });

  test.each([
    '',
    'yesterday',
    '-1',
    'NaN',
    '0x10',
    '1579355129000000',
    '2020-01-18',
    '2020-01-18T13:45:29',
    '2020-02-30T13:45:29Z',
    '2020-13-01T13:45:29Z',
    '2020-01-18T25:00:00Z',
  ])('%j is refused', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  test('written as epoch seconds comes back to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999_999_000 / 1000 }), (at) => {
        expect(parseTimestamp(epochSeconds(at))).toBe(at);
      }),
    );
  });
});
