import { type Estimates, estimateAt } from './estimates.ts';
import { interpolate } from './interpolate.ts';
import type { Estimate } from './models/model.ts';
import {
  heldAt,
  isBeyond,
  levelOf,
  placeOf,
  type ResidualQuantiles,
  readAt,
  stepTo,
} from './residual-quantiles.ts';

/** The probabilities of the published quantiles. */
export const nominal = [0.025, 0.1, 0.5, 0.9, 0.975] as const;

/** Five quantiles on the KPI's scale. */
export type FiveQuantiles = readonly number[];

/**
 * For each level the probabilities at which the residuals are read instead of the nominal ones. They keep the
 * published quantiles true to their name while the world drifts: adaptive conformal inference
 * (Gibbs and Candès, 2021) on each quantile and level.
 */
export type CalibratorState = number[][];

/** A step a target. Half as fast again costs 2 % of the pinball loss on the recorded training parts, and gains little. */
export const adaptationRate = 0.004;

/** Slower: it says what is usual towards the end of training, which is to hold for long. */
const warmingRate = 0.002;

export function startCalibrator({ edges }: ResidualQuantiles): CalibratorState {
  return Array.from({ length: edges.length + 1 }, () => [...nominal]);
}

/**
 * Where a calibrator stands that has learned from all the estimates out of fold, in order: what lately came
 * weighs more than what came first. A slice whose KPI does not stream begins, and stays, there.
 */
export function warmCalibrator(
  residuals: ResidualQuantiles,
  estimates: Estimates,
  actuals: Float64Array,
): CalibratorState {
  const state = startCalibrator(residuals);
  actuals.forEach((actual, i) => {
    const estimate = estimateAt(estimates, i);
    if (!Number.isFinite(actual) || !Number.isFinite(estimate.middle)) return;
    const quantiles = readQuantiles(residuals, state, estimate);
    learn(residuals, state, { middle: estimate.middle, quantiles }, actual, warmingRate);
  });
  return state;
}

/**
 * The median is the models' own: what they were off by in training is noise that would make it worse.
 * `widening` > 1 stretches the residuals, for degraded input.
 */
export function quantilesOf(
  residuals: ResidualQuantiles,
  state: CalibratorState,
  estimate: Estimate,
  widening = 1,
): FiveQuantiles {
  return withMedian(readQuantiles(residuals, state, estimate, widening), estimate.middle);
}

/** The same quantiles about another median; one that would lie beyond the others changes places with them. */
export function withMedian(quantiles: FiveQuantiles, median: number): FiveQuantiles {
  return quantiles
    .map((quantile, k) => (nominal[k] === 0.5 ? median : quantile))
    .toSorted((a, b) => a - b);
}

/**
 * The quantiles as calibration reads them, the median too, in the order of `nominal`: what is learned from. To
 * learn the median's place from the models' own would lead nowhere, since that does not move.
 */
export function readQuantiles(
  residuals: ResidualQuantiles,
  state: CalibratorState,
  estimate: Estimate,
  widening = 1,
): FiveQuantiles {
  const read = state[levelOf(residuals, estimate.middle)] ?? nominal;
  return nominal.map((p, k) => readAt(residuals, estimate, read[k] ?? p, widening));
}

/** P(KPI ≤ value) by the calibrated distribution. */
export function probabilityAtMost(
  residuals: ResidualQuantiles,
  state: CalibratorState,
  estimate: Estimate,
  value: number,
  widening = 1,
): number {
  const level = levelOf(residuals, estimate.middle);
  const beyond = (state[level] ?? nominal).some(isBeyond);
  const place = placeOf(residuals, estimate, value, { widening, beyond });
  return shareBelow(state, level, place);
}

/** On a tail, as much of the scale lies beyond the outermost quantile as of the probability. */
const outerShare = 0.025;

/** The probability that a calibration gives to what is read at `p`. */
export function shareBelow(state: CalibratorState, level: number, p: number): number {
  const read = state[level] ?? nominal;
  for (let k = 0; k < nominal.length; k += 1) {
    const place = heldAt(read[k] ?? 0);
    let before = k;
    for (; before > 0 && (places[before] as number) > place; before -= 1) {
      places[before + 1] = places[before] as number;
    }
    places[before + 1] = place;
  }
  const [, lowest = 0] = places;
  const highest = places[nominal.length] ?? 1;
  places[0] = lowest < 0 ? lowest - outerShare : 0;
  places[nominal.length + 1] = highest > 1 ? highest + outerShare : 1;
  return interpolate(places, shares, p);
}

/** Where the quantiles are read, ascending, between the ends of the scale; kept from call to call. */
const places: number[] = [0, ...nominal, 1];
const shares: readonly number[] = [0, ...nominal, 1];

/** Learns from what came of a forecast, `readQuantiles` when it was made: each quantile moves so that its share below it becomes nominal. */
export function learn(
  residuals: ResidualQuantiles,
  state: CalibratorState,
  past: { readonly middle: number; readonly quantiles: FiveQuantiles },
  actual: number,
  rate = adaptationRate,
): void {
  const read = state[levelOf(residuals, past.middle)];
  if (read === undefined) return;
  nominal.forEach((p, k) => {
    const below = actual <= (past.quantiles[k] ?? past.middle) ? 1 : 0;
    moveTo(read, k, (read[k] ?? p) + rate * (p - below));
  });
}

/** Moves where the k-th quantile is read. */
export function moveTo(read: number[], k: number, p: number): void {
  read[k] = stepTo(read[k] ?? p, p);
}
