import {
  type CalibratorState,
  type FiveQuantiles,
  nominal,
  probabilityAtMost,
  quantilesOf,
} from './calibrator.ts';
import type { WeightedOutcomes } from './change-outcomes.ts';
import type { Estimate } from './models/model.ts';
import type { ResidualQuantiles } from './residual-quantiles.ts';

/** A counterfactual forecast on the KPI's scale, and what its distribution is made from. */
export interface Counterfactual {
  readonly residuals: ResidualQuantiles;
  readonly calibration: CalibratorState;
  readonly estimate: Estimate;
  /** Of past changes to its flavor. */
  readonly outcomes: readonly WeightedOutcomes[];
  /** > 1 stretches all residuals, for degraded input. */
  readonly widening: number;
}

/**
 * P(KPI ≤ value) by the mixture of the model's own distribution (weight 1) and the outcomes after each past
 * change. The first change counts half, and after many its own is all but gone; a change counts
 * once however many targets it has, since they are not independent.
 */
export function mixedProbabilityAtMost(forecast: Counterfactual, value: number): number {
  const { residuals, calibration, estimate, outcomes, widening } = forecast;
  let sum = probabilityAtMost(residuals, calibration, estimate, value, widening);
  let weights = 1;
  const residual = (value - estimate.middle) / widening;
  for (const { residuals: came, weight } of outcomes) {
    let below = 0;
    while (below < came.length && (came[below] as number) <= residual) below += 1;
    sum += (weight * below) / came.length;
    weights += weight;
  }
  return sum / weights;
}

/** The quantiles of the mixture where they lie further out than the model's own; the median stays the model's. */
export function widenedQuantiles(forecast: Counterfactual): FiveQuantiles {
  const { residuals, calibration, estimate, outcomes, widening } = forecast;
  const own = quantilesOf(residuals, calibration, estimate, widening);
  if (outcomes.length === 0) return own;
  const lowest = Math.min(...outcomes.map(({ residuals: came }) => came[0] ?? 0));
  const highest = Math.max(...outcomes.map(({ residuals: came }) => came.at(-1) ?? 0));
  const low = estimate.middle + widening * lowest;
  const high = estimate.middle + widening * highest;
  return own.map((quantile, k) => {
    const p = nominal[k] ?? 0.5;
    if (p < 0.5) return outermost(forecast, p, quantile, low);
    return p > 0.5 ? outermost(forecast, p, quantile, high) : quantile;
  });
}

/** Halvings of the range between the two: to less than a ten-thousandth of it. */
const halvings = 14;

/**
 * The mixture's quantile, if it lies beyond the model's own `quantile`, towards `extreme`, the outcome that lies
 * furthest out; beyond both it cannot lie.
 */
function outermost(forecast: Counterfactual, p: number, quantile: number, extreme: number): number {
  const outwards = p < 0.5 ? extreme < quantile : extreme > quantile;
  const isBeyond = (value: number) =>
    p < 0.5
      ? mixedProbabilityAtMost(forecast, value) > p
      : mixedProbabilityAtMost(forecast, value) < p;
  if (!outwards || !isBeyond(quantile)) return quantile;
  let inner = quantile;
  let outer = extreme;
  for (let k = 0; k < halvings; k += 1) {
    const between = (inner + outer) / 2;
    if (isBeyond(between)) inner = between;
    else outer = between;
  }
  return outer;
}
