import { describe, expect, test } from 'vitest';
import { fewestPairs, heldOutBlocks } from '../../src/domain/held-out-blocks.ts';
import { pairRows } from '../../src/domain/paired-rows.ts';
import { series } from '../fakes/candidates.ts';

describe('paired rows', () => {
  test('pair a row with the KPI one horizon later, by the clock', () => {
    // 3 s are missing after 4000: rows 4000 and 5000 would have had their targets there.
    const clock = Float64Array.of(0, 1000, 2000, 3000, 4000, 8000, 9000, 10_000);
    const kpi = Float64Array.of(0, 1, 2, 3, 4, 8, Number.NaN, 10);
    const { origins, target, horizonPairs } = pairRows({
      clock,
      kpi,
      horizonMs: 2000,
      stepMs: 1000,
    });
    expect([...origins]).toEqual([0, 1, 2, 5]);
    expect([...target]).toEqual([2, 3, 4, 10]);
    expect(horizonPairs).toBe(2);
  });

  test('of a long series are thinned out evenly', () => {
    const clock = series(100_000, (row) => 1000 * row);
    const { origins, horizonPairs } = pairRows({
      clock,
      kpi: clock,
      horizonMs: 30_000,
      stepMs: 1000,
    });
    expect(origins.length).toBeLessThanOrEqual(8000);
    expect([...origins.slice(0, 3)]).toEqual([0, 13, 26]);
    expect(horizonPairs).toBe(3);
  });
});

describe('held-out blocks', () => {
  const pairs = (count: number) => ({
    origins: new Int32Array(count),
    target: new Float64Array(count),
    horizonPairs: 30,
  });

  test('follow each other to the end, each after what it is judged by', () => {
    const blocks = heldOutBlocks(pairs(7000));
    expect(blocks.at(-1)?.end).toBe(7000);
    blocks.forEach(({ trainEnd, start, end }, index) => {
      expect(start).toBe(index === 0 ? 2800 : blocks[index - 1]?.end);
      // The horizon, and a block as long as the one that is judged.
      expect(start - trainEnd).toBeGreaterThanOrEqual(30 + (end - start) - 1);
    });
  });

  test('have something to learn from with the fewest pairs', () => {
    const blocks = heldOutBlocks(pairs(fewestPairs(30)));
    for (const { trainEnd, start, end } of blocks) {
      expect(trainEnd).toBeGreaterThanOrEqual(30);
      expect(end).toBeGreaterThan(start);
    }
  });
});
