import { autocorrelation } from './autocorrelation.ts';

/**
 * The period of a signal, in steps: the first local maximum of the autocorrelation above
 * `minCorrelation` at a lag of at least `minLag` and beyond its first fall below zero, for before that any slow signal
 * resembles itself; sharpened by the maxima at its multiples, so that it may be fractional; null without
 * one. At least two periods must fit. Direct sums, O(n · maxLag); thin out long signals first.
 */
export function dominantPeriod(
  signal: Float64Array,
  minLag: number,
  minCorrelation = 0.5,
): number | null {
  const maxLag = Math.floor(signal.length / 2);
  const correlation = autocorrelation(signal, maxLag);
  const at = (lag: number) => correlation[lag] ?? Number.NEGATIVE_INFINITY;
  const unlike = correlation.findIndex((each) => each < 0);
  if (unlike < 0) return null;
  for (let lag = Math.max(2, unlike, Math.ceil(minLag)); lag < maxLag; lag += 1) {
    if (at(lag) < minCorrelation || !peaksWithin(at, lag, Math.max(1, Math.round(lag / 10))))
      continue;
    return sharpen(at, lag, maxLag);
  }
  return null;
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
