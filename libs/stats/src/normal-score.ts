import { probit } from 'simple-statistics';

/** The inverse of `normalProbability`, to .01 within ±3; 0 and 1 give ±3.7, so that it is always finite. */
export function normalScore(probability: number): number {
  return probit(probability);
}
