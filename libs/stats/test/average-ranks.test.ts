import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { averageRanks, pearson } from '../src/index.ts';

const x = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
const y = [2, 7, 1, 8, 2, 8, 1, 8, 2, 8];

describe('average ranks', () => {
  test('share the ranks of ties, as scipy.stats.rankdata 1.17 does', () => {
    expect([...averageRanks(x)]).toEqual([4.5, 1.5, 6, 1.5, 7.5, 10, 3, 9, 7.5, 4.5]);
  });

  test("make Pearson's r Spearman's ρ, as scipy.stats.spearmanr 1.17 has it", () => {
    expect(pearson(averageRanks(x), averageRanks(y))).toBeCloseTo(0.13471506281091267, 12);
  });

  test('leave what is missing without a rank', () => {
    expect([...averageRanks([7, Number.NaN, 3, Number.POSITIVE_INFINITY])]).toEqual([
      2,
      Number.NaN,
      1,
      Number.NaN,
    ]);
  });

  test('do not change under a monotone function', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 })), (values) => {
        expect(averageRanks(values.map((value) => Math.exp(value / 1000)))).toEqual(
          averageRanks(values),
        );
      }),
    );
  });
});
