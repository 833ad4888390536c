import { autocorrelation, normalScore } from '@slicecast/stats';
import { type CalibratorState, probabilityAtMost } from './calibrator.ts';
import { type Estimates, estimateAt } from './estimates.ts';
import type { ResidualQuantiles } from './residual-quantiles.ts';

/**
 * How much the outcome of one forecast says of that of a later one: the autocorrelation of the outcomes' normal
 * scores at each sixteenth of the horizon, from 0 up to all of it.
 */
export type ResidualMemory = readonly number[];

const parts = 16;

/** From out-of-fold estimates and what came, in order; a pair with NaN counts as the median. O(rows · horizon). */
export function fitResidualMemory(
  residuals: ResidualQuantiles,
  calibration: CalibratorState,
  estimates: Estimates,
  actuals: Float64Array,
  horizonSteps: number,
): ResidualMemory {
  const scores = actuals.map((actual, i) => {
    const estimate = estimateAt(estimates, i);
    if (!Number.isFinite(actual) || !Number.isFinite(estimate.middle)) return 0;
    return normalScore(probabilityAtMost(residuals, calibration, estimate, actual));
  });
  const correlation = autocorrelation(scores, Math.min(horizonSteps, scores.length - 1));
  return Array.from({ length: parts + 1 }, (_, part) => {
    const value = correlation[Math.round((part * horizonSteps) / parts)] ?? 0;
    return Math.round(value * 1000) / 1000;
  });
}

/** Nearer to 1 the later outcome would be certain. */
const mostCorrelation = 0.95;

/** Between outcomes so many steps apart, 0 to .95. */
export function memoryAt(memory: ResidualMemory, lag: number, horizonSteps: number): number {
  const value = memory[Math.round((parts * lag) / horizonSteps)] ?? 0;
  return Math.max(0, Math.min(mostCorrelation, value));
}
