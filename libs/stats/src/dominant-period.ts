/**
 * The period of a signal, in steps: the first local maximum of the autocorrelation above
 * `minCorrelation` at a lag of at least `minLag`, sharpened by the maxima at its multiples, so that it
 * may be fractional; null without one. At least two periods must fit. Direct sums, O(n · maxLag);
 * thin out long signals first.
 */
export function dominantPeriod(
  signal: Float64Array,
  minLag: number,
  minCorrelation = 0.5,
): number | null {
  const maxLag = Math.floor(signal.length / 2);
  const correlation = autocorrelation(signal, maxLag);
  const at = (lag: number) => correlation[lag] ?? Number.NEGATIVE_INFINITY;
  for (let lag = Math.max(2, Math.ceil(minLag)); lag < maxLag; lag += 1) {
    if (at(lag) < minCorrelation || !peaksWithin(at, lag, Math.max(1, Math.round(lag / 10))))
      continue;
    return sharpen(at, lag, maxLag);
  }
  return null;
}

/** Autocorrelation at the lags 0 … maxLag, each over the pairs that exist, about the overall mean. */
export function autocorrelation(signal: Float64Array, maxLag: number): Float64Array {
  const n = signal.length;
  const mean = signal.reduce((sum, value) => sum + value, 0) / n;
  const centred = signal.map((value) => value - mean);
  const variance = centred.reduce((sum, value) => sum + value * value, 0) / n;
  const correlation = new Float64Array(maxLag + 1);
  for (let lag = 0; lag <= maxLag; lag += 1) {
    let sum = 0;
    for (let i = lag; i < n; i += 1) sum += (centred[i] as number) * (centred[i - lag] as number);
    correlation[lag] = variance === 0 ? 0 : sum / (n - lag) / variance;
  }
  return correlation;
}

function peaksWithin(at: (lag: number) => number, lag: number, reach: number): boolean {
  for (let offset = 1; offset <= reach; offset += 1) {
    if (at(lag - offset) > at(lag) || at(lag + offset) > at(lag)) return false;
  }
  return true;
}

/** The highest lag near the m-th multiple, divided by m, for the largest m that fits. */
function sharpen(at: (lag: number) => number, lag: number, maxLag: number): number {
  let period = lag;
  for (let multiple = 2; (multiple + 0.1) * period < maxLag; multiple += 1) {
    const centre = Math.round(multiple * period);
    let best = centre;
    for (let offset = -multiple; offset <= multiple; offset += 1) {
      if (at(centre + offset) > at(best)) best = centre + offset;
    }
    period = best / multiple;
  }
  return period;
}
