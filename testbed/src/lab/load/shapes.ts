import { seededRandom } from '@slicecast/stats';

export interface ShapeOptions {
  /** Clients at rest. */
  readonly low: number;
  /** Clients at the height of the load; of `constant` always, of `poisson` on average. */
  readonly high: number;
  readonly periodSeconds: number;
  readonly seed: number;
}

/** Number of clients at a time, seconds since the load began; not yet whole. */
export type Shape = (options: ShapeOptions) => (seconds: number) => number;

/** Shares of the period: at rest, rising, high; the rest is the fall. */
const trapezoid = { rest: 0.4, rise: 0.25, high: 0.1 };
/** Shares of the period: when the crowd comes, how long until all are there, and by how much it decays e-fold. */
const crowd = { comes: 0.4, rise: 1 / 60, decay: 0.1 };

export const shapes = {
  constant:
    ({ high }) =>
    () =>
      high,
  sinusoid: ({ low, high, periodSeconds }) => {
    const middle = (low + high) / 2;
    return (seconds) =>
      middle - ((high - low) / 2) * Math.cos((2 * Math.PI * seconds) / periodSeconds);
  },
  poisson:
    ({ high, seed }) =>
    (seconds) =>
      poissonCount(high, seededRandom(seed * 1_000_003 + Math.floor(seconds))),
  trapezoid: ({ low, high, periodSeconds }) => {
    const { rest, rise, high: height } = trapezoid;
    const fall = 1 - rest - rise - height;
    return (seconds) => {
      const phase = (seconds / periodSeconds) % 1;
      const up = Math.min(1, Math.max(0, (phase - rest) / rise));
      const down = Math.min(1, Math.max(0, (phase - rest - rise - height) / fall));
      return low + (high - low) * (up - down);
    };
  },
  'flash-crowd': ({ low, high, periodSeconds }) => {
    return (seconds) => {
      const since = ((seconds / periodSeconds) % 1) - crowd.comes;
      if (since < 0) return low;
      const come = Math.min(1, since / crowd.rise);
      const stay = Math.exp(-Math.max(0, since - crowd.rise) / crowd.decay);
      return low + (high - low) * come * stay;
    };
  },
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof shapes;

export function isShapeName(word: string): word is ShapeName {
  return Object.hasOwn(shapes, word);
}

/** Arrivals in a unit of time at that rate: exponential gaps are added up. O(mean). */
function poissonCount(mean: number, random: () => number): number {
  let count = -1;
  for (let time = 0; time < mean; count += 1) time -= Math.log(1 - random());
  return Math.max(0, count);
}
