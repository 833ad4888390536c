import type { Estimate } from '../models/model.ts';

/** What one model brings to a blend; the weights of each kind add up to 1. */
export interface Member {
  readonly name: string;
  /** In the middle of the blend. */
  readonly weight: number;
  /** In its spread; all 0 when nobody's word on it was worth taking. */
  readonly spreadWeight: number;
}

/** Sums of a blend in the making. */
export interface BlendSums {
  middle: number;
  weight: number;
  below: number;
  above: number;
  spreadWeight: number;
  spreadWanted: boolean;
}

export function startBlend(): BlendSums {
  return { middle: 0, weight: 0, below: 0, above: 0, spreadWeight: 0, spreadWanted: false };
}

export function addToBlend(
  sums: BlendSums,
  { middle, below, above }: Estimate,
  weight: number,
  spreadWeight: number,
): void {
  if (spreadWeight > 0) sums.spreadWanted = true;
  if (!Number.isFinite(middle)) return;
  sums.middle += weight * middle;
  sums.weight += weight;
  if (spreadWeight === 0 || !Number.isFinite(below + above)) return;
  sums.below += spreadWeight * below;
  sums.above += spreadWeight * above;
  sums.spreadWeight += spreadWeight;
}

/** Members of less than this weight are too few to speak for the blend. */
const leastWeight = 0.5;

/** `middle` is NaN when too little is there, or no spread though one is to be had. */
export function endBlend(sums: BlendSums): Estimate {
  const { middle, weight, below, above, spreadWeight, spreadWanted } = sums;
  const silent = weight < leastWeight - 1e-9 || (spreadWanted && spreadWeight === 0);
  return {
    middle: silent ? Number.NaN : middle / weight,
    below: spreadWeight === 0 ? Number.NaN : below / spreadWeight,
    above: spreadWeight === 0 ? Number.NaN : above / spreadWeight,
  };
}
