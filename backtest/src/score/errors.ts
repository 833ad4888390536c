/** Of forecasts and what came, over the pairs where both are there; in the KPI's unit but for r2. */
export interface Errors {
  readonly mae: number;
  readonly rmse: number;
  readonly r2: number;
  /** MAE / |mean(actual)|; null where the mean is near 0 and the ratio would say nothing. */
  readonly nmae: number | null;
}

/** A mean within this share of the spread is near 0. */
const nearZeroShare = 0.05;

/** Null of no pairs. */
export function errorsOf(forecasts: Float64Array, actuals: Float64Array): Errors | null {
  let count = 0;
  let sum = 0;
  let absolute = 0;
  let squares = 0;
  let actualSquares = 0;
  actuals.forEach((actual, i) => {
    const error = (forecasts[i] ?? Number.NaN) - actual;
    if (!Number.isFinite(error)) return;
    count += 1;
    sum += actual;
    absolute += Math.abs(error);
    squares += error * error;
    actualSquares += actual * actual;
  });
  if (count === 0) return null;
  const mean = sum / count;
  const mae = absolute / count;
  const variance = actualSquares / count - mean * mean;
  return {
    mae,
    rmse: Math.sqrt(squares / count),
    r2: variance > 0 ? 1 - squares / count / variance : 0,
    nmae:
      Math.abs(mean) > nearZeroShare * Math.sqrt(Math.max(0, variance))
        ? mae / Math.abs(mean)
        : null,
  };
}
