import {
  levelOf,
  probabilityBelow,
  type ResidualQuantiles,
  residualAt,
} from './residual-quantiles.ts';

/** The probabilities of the published quantiles. */
export const nominal = [0.025, 0.1, 0.5, 0.9, 0.975] as const;

/** Five ascending quantiles on the KPI's scale. */
export type FiveQuantiles = readonly number[];

/** For each level the probabilities at which the residuals are read instead of the nominal ones. */
export type CalibratorState = number[][];

/**
 * Keeps the published quantiles true to their name while the world drifts: adaptive conformal
 * inference (Gibbs and Candès, 2021) on each quantile and level. Slow on purpose: fast adaptation widens intervals
 * by a quarter and gains nothing.
 */
export const adaptationRate = 0.003;

export function startCalibrator(residuals: ResidualQuantiles): CalibratorState {
  return residuals.grids.map(() => [...nominal]);
}

/** `widening` > 1 stretches the residuals, for degraded input. */
export function quantilesOf(
  residuals: ResidualQuantiles,
  state: CalibratorState,
  forecast: number,
  widening = 1,
): FiveQuantiles {
  const level = levelOf(residuals.edges, forecast);
  const read = state[level] ?? nominal;
  return read
    .map((p) => forecast + widening * residualAt(residuals, level, p))
    .toSorted((a, b) => a - b);
}

/** P(KPI ≤ value) by the calibrated distribution. */
export function probabilityAtMost(
  residuals: ResidualQuantiles,
  state: CalibratorState,
  forecast: number,
  value: number,
  widening = 1,
): number {
  const level = levelOf(residuals.edges, forecast);
  const raw = probabilityBelow(residuals, level, (value - forecast) / widening);
  const read = (state[level] ?? nominal).toSorted((a, b) => a - b);
  return interpolate([0, ...read, 1], [0, ...nominal, 1], raw);
}

/** Learns from what came of a forecast: each quantile moves so that its share below it becomes nominal. */
export function learn(
  residuals: ResidualQuantiles,
  state: CalibratorState,
  forecast: number,
  quantiles: FiveQuantiles,
  actual: number,
): void {
  const read = state[levelOf(residuals.edges, forecast)];
  if (read === undefined) return;
  nominal.forEach((p, k) => {
    const below = actual <= (quantiles[k] ?? forecast) ? 1 : 0;
    const moved = (read[k] ?? p) + adaptationRate * (p - below);
    read[k] = Math.min(0.9995, Math.max(0.0005, moved));
  });
}

/** Piecewise linear through (from[k], to[k]); both ascending. */
function interpolate(from: readonly number[], to: readonly number[], value: number): number {
  for (let k = 1; k < from.length; k += 1) {
    const right = from[k] ?? 1;
    if (value > right && k < from.length - 1) continue;
    const left = from[k - 1] ?? 0;
    const within = right > left ? (value - left) / (right - left) : 1;
    const start = to[k - 1] ?? 0;
    return start + Math.min(1, Math.max(0, within)) * ((to[k] ?? 1) - start);
  }
  return 1;
}
