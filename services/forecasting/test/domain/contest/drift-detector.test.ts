import { seededRandom } from '@slicecast/stats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DriftState,
  dropBlock,
  noDrift,
  observeDrift,
} from '../../../src/domain/contest/drift-detector.ts';
import {
  type DriftNorm,
  fitDriftNorm,
  type Judged,
} from '../../../src/domain/contest/drift-norm.ts';
import { emptyEstimates } from '../../../src/domain/estimates.ts';

const horizonSteps = 30;
const blockTicks = 60;

/** How far off champion and persistence are at each tick, as factors of what is usual. */
interface Factors {
  readonly champion: number;
  readonly persistence: number;
}

const usual: Factors = { champion: 1, persistence: 1 };

/** Errors that hang together over a minute, as those of neighbouring ticks do; a spread of 30 %. */
function judgedTicks(
  ticks: number,
  seed: number,
  factorsAt: (tick: number) => Factors = () => usual,
): Judged[] {
  const random = seededRandom(seed);
  let mood = 0;
  return Array.from({ length: ticks }, (_, tick) => {
    if (tick % 60 === 0) mood = 0.5 * mood + 0.3 * (2 * random() - 1);
    const { champion, persistence } = factorsAt(tick);
    const scale = Math.exp(mood);
    return {
      actual: 0,
      champion: 0.2 * champion * scale * 2 * random(),
      persistence: 0.3 * persistence * scale * 2 * random(),
    };
  });
}

function normOf(ticks: number): DriftNorm | null {
  const judged = judgedTicks(ticks, 99);
  const column = (of: (one: Judged) => number) => {
    const estimates = emptyEstimates(ticks);
    judged.forEach((one, i) => {
      estimates.middle[i] = of(one);
    });
    return { estimates };
  };
  const rolled = { scaledActuals: new Float64Array(ticks), foldOf: new Uint8Array(ticks) };
  return fitDriftNorm(
    column(({ champion }) => champion),
    column(({ persistence }) => persistence),
    rolled,
    horizonSteps,
  );
}

const fitted = normOf(6000);
if (fitted === null) throw new Error('100 blocks are enough');
const norm = fitted;

function statesOf(judged: readonly Judged[], from = noDrift): DriftState[] {
  let state = from;
  return judged.map((one, tick) => {
    state = observeDrift(norm, state, { ...one, tick });
    return state;
  });
}

const foundAt = (judged: readonly Judged[]) =>
  statesOf(judged).findIndex(({ drifting }) => drifting);

describe('drift', () => {
  test('is not found where nothing changes, in 30 runs of three hours', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        expect(foundAt(judgedTicks(10_800, seed))).toBe(-1);
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  test.each([
    ['three times as far off, which persistence is not', { champion: 3, persistence: 1 }, 5],
    ['twice as far off', { champion: 2, persistence: 1 }, 7],
    ['by two thirds farther off', { champion: 1.67, persistence: 1 }, 15],
  ])('is found soon when the champion is %s', (_title, factors, blocks) => {
    const onset = 3600;
    for (const seed of [1, 2, 3, 4, 5]) {
      const states = statesOf(judgedTicks(7200, seed, (tick) => (tick < onset ? usual : factors)));
      const found = states.findIndex(({ drifting }) => drifting);
      expect(found).toBeGreaterThan(onset);
      expect(found).toBeLessThanOrEqual(onset + blocks * blockTicks);
      // The estimate of when it began.
      expect(Math.abs((states[found]?.since ?? 0) - onset)).toBeLessThanOrEqual(5 * blockTicks);
    }
  });

  test.each<[string, Factors]>([
    [
      'bursts come that nobody sees, so that persistence is as far off',
      { champion: 2, persistence: 2 },
    ],
    [
      'the KPI stands still, so that persistence wins without harm',
      { champion: 0.4, persistence: 0.1 },
    ],
  ])('is not found when %s', (_title, factors) => {
    expect(foundAt(judgedTicks(10_800, 3, (tick) => (tick < 3600 ? usual : factors)))).toBe(-1);
  });

  test('a minute that is far off is no drift', () => {
    const burst = (tick: number) =>
      tick >= 3600 && tick < 3660 ? { champion: 20, persistence: 1 } : usual;
    expect(foundAt(judgedTicks(7200, 4, burst))).toBe(-1);
  });

  test('is over soon after the champion is as good as before', () => {
    const states = statesOf(
      judgedTicks(10_800, 5, (tick) =>
        tick >= 3600 && tick < 7200 ? { champion: 3, persistence: 1 } : usual,
      ),
    );
    expect(states[7199]?.drifting).toBe(true);
    expect(states[7200 + 15 * blockTicks]).toMatchObject({ drifting: false, since: null });
  });

  test('does not go on with a block that a change of flavor cut off', () => {
    const [state] = statesOf(judgedTicks(30, 1)).slice(-1);
    expect(state?.block.count).toBe(30);
    expect(dropBlock(state ?? noDrift)).toEqual(noDrift);
  });

  test('goes on from a state that was stored as JSON as if it had not been', () => {
    const judged = judgedTicks(7200, 6, (tick) => ({ champion: 1 + tick / 3600, persistence: 1 }));
    const whole = statesOf(judged);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7100 }), (cut) => {
        const stored: DriftState = JSON.parse(JSON.stringify(whole[cut - 1]));
        let state = stored;
        judged.slice(cut).forEach((one, k) => {
          state = observeDrift(norm, state, { ...one, tick: cut + k });
        });
        expect(state).toEqual(whole.at(-1));
      }),
      { numRuns: 5 },
    );
  });
});

test('what is usual is not told by fewer than eight blocks', () => {
  expect(normOf(8 * blockTicks - 1)).toBeNull();
  expect(normOf(8 * blockTicks)).not.toBeNull();
});
