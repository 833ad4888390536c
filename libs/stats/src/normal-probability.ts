import { errorFunction } from 'simple-statistics';

/** P(a standard normal variable ≤ z), to 2·10⁻⁷. */
export function normalProbability(z: number): number {
  return (1 + errorFunction(z / Math.SQRT2)) / 2;
}
