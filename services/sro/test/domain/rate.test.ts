import { expect, test } from 'vitest';
import { parseRate } from '../../src/domain/rate.ts';

// As tc of iproute2 6.1 took them, read back by `tc -j qdisc show` in bytes a second.
test.each([
  ['10Mbit', 10_000_000],
  ['10mbit', 10_000_000],
  ['1.5Gbit', 1_500_000_000],
  ['64Kibit', 65_536],
  ['2MiBit', 2_097_152],
  ['125kbps', 1_000_000],
  ['9bit', 9],
])('%s is %d bits a second', (text, bits) => {
  expect(parseRate(text)).toBe(bits);
});

test.each(['', '10', '0Mbit', '-1Mbit', '10 Mbit', '10Mbit ', '1e3bit', '10%', 'Mbit', '10Mbit\n'])(
  '%j is no rate',
  (text) => {
    expect(parseRate(text)).toBeUndefined();
  },
);

test('a rate beyond whole numbers is none', () => {
  expect(parseRate('999999999999Tbit')).toBeUndefined();
});
