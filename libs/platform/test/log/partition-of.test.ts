import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partitionOf } from '../../src/log/partition-of.ts';

// The hashes that Kafka's own test of Utils.murmur2 names.
test.each([
  ['21', -973_932_308],
  ['foobar', -790_332_482],
  ['a-little-bit-long-string', -985_981_536],
  ['a-little-bit-longer-string', -1_486_304_829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
  ['abc', 479_470_107],
])('key %s goes where Kafka’s clients put it', (key, hash) => {
  for (const partitions of [1, 3, 8, 12]) {
    expect(partitionOf(key, partitions)).toBe((hash & 0x7fffffff) % partitions);
  }
});

test('every key has a partition', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 100 }), (key, count) => {
      const partition = partitionOf(key, count);
      expect(Number.isInteger(partition) && partition >= 0 && partition < count).toBe(true);
    }),
  );
});
