import { dot, leastAbsoluteDeviations } from '@slicecast/stats';
import { fitResponse, type Response, respond } from '../effect/response.ts';

/** Rows of an intercept and the values that are weighed, row-major, `p` a row, and what is told by them. */
export interface Design {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly p: number;
}

const rounds = 8;
/** How much the weights hold on to the prior ones, as a share of what all rows say. */
const inertia = 0.0005;
/** The line's slope is taken over so much of the sum on either side, lest it follow the noise of its points. */
const slopeReach = 0.25;

/**
 * The weights under which y is told best by a monotone line over the weighted sum: a single-index model (Härdle, Hall
 * and Ichimura, 1993), the line and the weights in turn, these by Gauss and Newton's method and least absolute deviations,
 * drawn towards `prior`. Where no step betters it, the prior. O(rows · p²).
 */
export function fitSingleIndex(design: Design, prior: readonly number[]): readonly number[] {
  let best = { weights: prior, error: Number.POSITIVE_INFINITY };
  let weights = prior;
  for (let round = 0; round <= rounds; round += 1) {
    const sum = weighted(design, weights);
    const response = fitResponse(sum, design.y);
    if (response === null) break;
    const error = errorOf(response, sum, design.y);
    if (error < best.error) best = { weights, error };
    weights = stepFrom(design, { sum, response, weights, prior });
  }
  return best.weights;
}

/** The weighted sum of each row, without the intercept. */
export function weighted({ x, p }: Design, weights: readonly number[]): Float64Array {
  const coefficients = Float64Array.from([0, ...weights]);
  return Float64Array.from({ length: x.length / p }, (_, i) => dot(x, i * p, coefficients));
}

interface Now {
  readonly sum: Float64Array;
  readonly response: Response;
  readonly weights: readonly number[];
  readonly prior: readonly number[];
}

/** What y is off the line is put down to the line's slope times what the weights change. */
function stepFrom({ x, y, p }: Design, { sum, response, weights, prior }: Now): readonly number[] {
  const sloped = new Float64Array(x.length);
  const target = new Float64Array(y.length);
  let information = 0;
  for (let i = 0; i < y.length; i += 1) {
    const at = sum[i] ?? 0;
    const slope = slopeAt(response, at);
    information += slope * slope;
    sloped[i * p] = 1;
    let changed = 0;
    for (let j = 1; j < p; j += 1) {
      const value = x[i * p + j] ?? 0;
      sloped[i * p + j] = slope * value;
      changed += value * ((weights[j - 1] ?? 0) - (prior[j - 1] ?? 0));
    }
    target[i] = (y[i] ?? 0) - respond(response, at).kpi + slope * changed;
  }
  const changes = leastAbsoluteDeviations(sloped, target, p, { lambda: inertia * information });
  return prior.map((weight, j) => weight + (changes[j + 1] ?? 0));
}

function slopeAt(response: Response, at: number): number {
  const [low, high] = [at - slopeReach, at + slopeReach];
  return (respond(response, high).kpi - respond(response, low).kpi) / (high - low);
}

function errorOf(response: Response, sum: Float64Array, y: Float64Array): number {
  let total = 0;
  for (let i = 0; i < y.length; i += 1) {
    total += Math.abs((y[i] ?? 0) - respond(response, sum[i] ?? 0).kpi);
  }
  return total / y.length;
}
