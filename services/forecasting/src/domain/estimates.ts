import type { Estimate } from './models/model.ts';

/** Estimates in the order of their targets. */
export interface Estimates {
  readonly middle: Float64Array;
  readonly below: Float64Array;
  readonly above: Float64Array;
}

export function emptyEstimates(length: number): Estimates {
  const empty = () => new Float64Array(length).fill(Number.NaN);
  return { middle: empty(), below: empty(), above: empty() };
}

export function setEstimate(estimates: Estimates, index: number, estimate: Estimate): void {
  estimates.middle[index] = estimate.middle;
  estimates.below[index] = estimate.below;
  estimates.above[index] = estimate.above;
}

export function estimateAt({ middle, below, above }: Estimates, index: number): Estimate {
  return {
    middle: middle[index] ?? Number.NaN,
    below: below[index] ?? Number.NaN,
    above: above[index] ?? Number.NaN,
  };
}
