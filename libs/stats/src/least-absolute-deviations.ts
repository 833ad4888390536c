import { dot } from './dot.ts';
import { weightedRidge } from './weighted-ridge.ts';

export interface LadOptions {
  readonly lambda: number;
  readonly iterations?: number;
  /** Residuals smaller than this share of their median weigh alike, lest a weight explode. */
  readonly floorRatio?: number;
}

/**
 * Least absolute deviations with a ridge: minimises Σ|yᵢ − xᵢβ| by iteratively re-weighted least
 * squares (Schlossmacher, 1973), each residual weighing 1 / max(|r|, floor). `x` is n×p, row-major,
 * its first column the intercept; gives p coefficients. O(iterations · np²).
 */
export function leastAbsoluteDeviations(
  x: Float64Array,
  y: Float64Array,
  p: number,
  options: LadOptions,
): Float64Array {
  const weights = new Float64Array(y.length).fill(1);
  const residuals = new Float64Array(y.length);
  let coefficients = weightedRidge(x, y, weights, p, options.lambda);
  for (let round = 0; round < (options.iterations ?? 10); round += 1) {
    let total = 0;
    for (let i = 0; i < y.length; i += 1) {
      const residual = Math.abs((y[i] ?? 0) - dot(x, i * p, coefficients));
      residuals[i] = residual;
      total += residual;
    }
    const floor = Math.max(1e-12, ((options.floorRatio ?? 0.05) * total) / y.length);
    for (let i = 0; i < y.length; i += 1) weights[i] = floor / Math.max(floor, residuals[i] ?? 0);
    coefficients = weightedRidge(x, y, weights, p, options.lambda);
  }
  return coefficients;
}
