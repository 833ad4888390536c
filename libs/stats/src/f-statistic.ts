import { pearson } from './pearson.ts';

/**
 * F of the regression of a continuous `y` on `x` alone: r²(n − 2)/(1 − r²), with 1 and n − 2 degrees
 * of freedom, over the n pairs of which both are finite; 0 below three pairs, infinite for an exact
 * line. (The F of an analysis of variance, which takes each value of y for a class, is another.) O(n).
 */
export function fStatistic(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let pairs = 0;
  for (let i = 0; i < Math.min(x.length, y.length); i += 1) {
    if (Number.isFinite(x[i]) && Number.isFinite(y[i])) pairs += 1;
  }
  if (pairs < 3) return 0;
  const r2 = Math.min(1, pearson(x, y) ** 2);
  return (r2 * (pairs - 2)) / (1 - r2);
}
