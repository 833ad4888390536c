import { seededRandom } from '@slicecast/stats';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitBasis } from '../../src/domain/basis.ts';
import { phaseFinder } from '../../src/domain/cycle-phase.ts';

const period = 300;
/** A trapezoid of the period, which slips at a third and at two thirds of the way. */
const loadOf = (seed: number, slips: readonly [number, number], noise: number) => {
  const random = seededRandom(seed);
  return Float64Array.from({ length: 1500 }, (_, i) => {
    const slip = i < 500 ? 0 : i < 1000 ? slips[0] : slips[1];
    const phase = (i + slip) % period;
    const height = Math.max(0, Math.min(1, Math.min(phase, 200 - phase) / 60));
    return height + noise * random();
  });
};
const cycleOf = (load: Float64Array) => {
  const kpi = load.map((value) => 50 + value);
  const clock = { stepMs: 1000, horizonSteps: 30, period };
  const { cycle } = fitBasis({ firstTick: 0, length: load.length, kpi, load }, 500, clock);
  if (cycle === null) throw new Error('a period was given');
  return cycle;
};

test('what was found at the instant before shortens the search and changes nothing', () => {
  const slip = fc.integer({ min: 0, max: period - 1 });
  const sample = fc.record({
    seed: fc.integer({ min: 1, max: 1000 }),
    slips: fc.tuple(slip, slip),
    noise: fc.constantFrom(0, 0.01, 0.3),
  });
  fc.assert(
    fc.property(sample, ({ seed, slips, noise }) => {
      const load = loadOf(seed, slips, noise);
      const cycle = cycleOf(load);
      const following = phaseFinder(cycle);
      for (let index = 400; index < load.length; index += 7) {
        const anew = phaseFinder(cycle);
        const series = { firstTick: 0, load };
        expect(following(series, index)).toBe(anew(series, index));
      }
    }),
    { numRuns: 30 },
  );
});

test('finds by how much a load has slipped', () => {
  const load = loadOf(3, [80, 220], 0.01);
  const phaseAt = phaseFinder(cycleOf(load));
  const slipAt = (index: number) =>
    (phaseAt({ firstTick: 0, load }, index) - index + 10 * period) % period;
  expect(slipAt(450)).toBeCloseTo(0, 0);
  expect(Math.abs(slipAt(900) - 80)).toBeLessThan(5);
  expect(Math.abs(slipAt(1400) - 220)).toBeLessThan(5);
});
