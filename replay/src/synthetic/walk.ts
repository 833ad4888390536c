import { seededRandom } from '@slicecast/stats';

/** Numbers that a synthetic case is made of, the same for the same seed. */
export interface Dice {
  /** In [low, high). */
  between(low: number, high: number): number;
  /** Standard normal, by Box and Muller's transform. */
  normal(): number;
}

export function createDice(seed: number): Dice {
  const random = seededRandom(seed);
  return {
    between: (low, high) => low + (high - low) * random(),
    normal() {
      const radius = Math.sqrt(-2 * Math.log(1 - random()));
      return radius * Math.cos(2 * Math.PI * random());
    },
  };
}

/** A walk around 0 that forgets with `memorySeconds`; its standard deviation is 1 (an AR(1) process). */
export function walk(dice: Dice, seconds: number, memorySeconds: number): Float64Array {
  const keep = Math.exp(-1 / memorySeconds);
  const step = Math.sqrt(1 - keep * keep);
  let at = dice.normal();
  return Float64Array.from({ length: seconds }, () => {
    at = keep * at + step * dice.normal();
    return at;
  });
}

/** Metrics that count the load each on a scale of its own, a little off each second. */
export function metricsOf(
  load: Float64Array,
  scales: readonly number[],
  dice: Dice,
): Float64Array[] {
  return scales.map((scale) => load.map((value) => scale * (10 * value + 0.15 * dice.normal())));
}
