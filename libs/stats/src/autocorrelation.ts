/**
 * Autocorrelation at the lags 0 … maxLag about the overall mean, each lag over the n − lag pairs that
 * exist (the unbiased estimate of Box, Jenkins and Reinsel, 2008, §2.1); all 0 for a constant. Finite
 * values only. Direct sums, O(n · maxLag).
 */
export function autocorrelation(signal: Float64Array, maxLag: number): Float64Array {
  const n = signal.length;
  const mean = signal.reduce((sum, value) => sum + value, 0) / n;
  const centred = signal.map((value) => value - mean);
  const variance = centred.reduce((sum, value) => sum + value * value, 0) / n;
  const correlation = new Float64Array(maxLag + 1);
  // A constant leaves rounding errors behind, which are no signal.
  if (!(variance > 1e-24 * mean * mean)) return correlation;
  for (let lag = 0; lag <= maxLag; lag += 1) {
    let sum = 0;
    for (let i = lag; i < n; i += 1) sum += (centred[i] as number) * (centred[i - lag] as number);
    correlation[lag] = sum / (n - lag) / variance;
  }
  return correlation;
}
