import { bootstrapSkill } from '@slicecast/stats';
import {
  type Errors,
  errorsOf,
  errorsOfMedian,
  type HeldOut,
  meanOf,
  type ScaledColumn,
} from './held-out.ts';

/** How much a column alone takes off the error of knowing nothing, and whether that is more than chance. */
export interface Merit {
  /** Share of the error; may be negative. */
  readonly gain: number;
  readonly informative: boolean;
}

const surrogates = 12;
const leastGain = 0.02;

/**
 * Judges a column by itself. Walks, trends and other rhythms correlate with anything over a
 * while, so a gain counts only when its lower block-bootstrap bound is above 0 and it is greater than that
 * of the same column turned against the target by any of a dozen shifts.
 */
export function meritOf(column: ScaledColumn, heldOut: HeldOut, seed: number): Merit {
  const nothing = errorsOfMedian(heldOut);
  const errors = errorsOf([column], heldOut);
  const gain = gainOf(errors, nothing);
  if (gain < leastGain || !isSignificant(errors, nothing, seed))
    return { gain, informative: false };
  const n = heldOut.target.length;
  for (let k = 1; k <= surrogates; k += 1) {
    // Fractions of the golden section, so that no rhythm's multiples are hit alone.
    const shift = Math.floor(n * ((k * 0.618_033_988_75) % 1));
    if (gainOf(errorsOf([column], heldOut, shift), nothing) >= gain)
      return { gain, informative: false };
  }
  return { gain, informative: true };
}

export function gainOf(errors: Errors, before: Errors): number {
  const known = meanOf(before);
  return known === 0 ? 0 : 1 - meanOf(errors) / known;
}

/** Whether errors are lower than before beyond chance: the lower bound of the gain is above 0. */
export function isSignificant(errors: Errors, before: Errors, seed: number): boolean {
  const { lower } = bootstrapSkill(errors, before, {
    blockLength: Math.max(1, Math.round(errors.length / 40)),
    resamples: 200,
    seed,
    confidence: 0.95,
  });
  return lower > 0;
}
