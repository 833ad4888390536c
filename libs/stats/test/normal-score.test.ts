import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalProbability, normalScore } from '../src/index.ts';

describe('normal scores and probabilities', () => {
  test.each([
    [-1.959964, 0.025],
    [-1.281552, 0.1],
    [0, 0.5],
    [0.524401, 0.7],
    [3.090232, 0.999],
  ])('%d and its probability %d agree with scipy.stats.norm 1.17', (z, p) => {
    expect(normalProbability(z)).toBeCloseTo(p, 6);
    expect(Math.abs(normalScore(p) - z)).toBeLessThan(0.011);
  });

  test('undo each other', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), (p) => {
        expect(Math.abs(normalProbability(normalScore(p)) - p)).toBeLessThan(3e-4);
      }),
    );
  });

  test('are finite for what is certain', () => {
    expect(normalScore(0)).toBeCloseTo(-3.7, 1);
    expect(normalScore(1)).toBeCloseTo(3.7, 1);
  });
});
