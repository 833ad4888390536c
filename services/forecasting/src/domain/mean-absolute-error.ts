/** Over the rows where both are there; NaN where there are none. */
export function meanAbsoluteError(forecasts: Float64Array, actuals: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < actuals.length; i += 1) {
    const error = Math.abs((forecasts[i] ?? Number.NaN) - (actuals[i] ?? Number.NaN));
    if (!Number.isFinite(error)) continue;
    sum += error;
    count += 1;
  }
  return count === 0 ? Number.NaN : sum / count;
}
