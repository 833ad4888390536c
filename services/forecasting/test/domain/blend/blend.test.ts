import { describe, expect, test } from 'vitest';
import { addToBlend, endBlend, startBlend } from '../../../src/domain/blend/blend.ts';
import { middleOnly, noEstimate } from '../../../src/domain/models/model.ts';

const wide = { middle: 4, below: 1, above: 3 };

describe('a blend', () => {
  test('is the weighted mean of its members, its spread that of those who know one', () => {
    const blend = startBlend();
    addToBlend(blend, wide, 0.25, 0.5);
    addToBlend(blend, middleOnly(8), 0.75, 0);
    addToBlend(blend, { middle: 0, below: 2, above: 5 }, 0, 0.5);
    expect(endBlend(blend)).toEqual({ middle: 7, below: 1.5, above: 4 });
  });

  test('goes on without a member that misses an input', () => {
    const blend = startBlend();
    addToBlend(blend, wide, 0.5, 1);
    addToBlend(blend, noEstimate, 0.5, 0);
    expect(endBlend(blend)).toEqual(wide);
  });

  test('says nothing when less than half of its weight is left, or nobody who knows the spread', () => {
    const few = startBlend();
    addToBlend(few, wide, 0.4, 1);
    addToBlend(few, noEstimate, 0.6, 0);
    expect(endBlend(few).middle).toBeNaN();
    const blind = startBlend();
    addToBlend(blind, middleOnly(8), 0.75, 0);
    addToBlend(blind, noEstimate, 0.25, 1);
    expect(endBlend(blind).middle).toBeNaN();
  });
});
