/** What one feature is worth at one instant. */
export interface FeatureValue {
  /** null unless `state` is `fresh` or `late`: missing is not zero. */
  readonly value: number | null;
  /** Instant of the newest sample at or before the tick, epoch ms; null without one. */
  readonly sampledAt: number | null;
  readonly state: 'fresh' | 'late' | 'stale' | 'missing' | 'not-finite';
}

export interface FeatureRule {
  readonly transform: 'raw' | 'rate';
  /** Look-back of a rate, ms; ignored for `raw`. */
  readonly windowMs: number;
  /** A newest sample older than this makes the feature `stale`; past half of it, `late`. */
  readonly maxAgeMs: number;
}

/**
 * The value of a feature at `at`, from the first `count` samples of its series (`times` ascending,
 * epoch ms; `values` beside them). The one definition for profile, live feed and replay: it looks at
 * samples at or before `at` alone.
 *
 * `raw` is the newest sample. `rate` is the increase per second between the oldest and the newest
 * sample within (at − windowMs, at], where a fall is a counter's reset and counts from zero, as in
 * Prometheus, but without its extrapolation to the window's edges; it needs two samples.
 * Cost: O(log count) for raw, O(samples in the window) for rate.
 */
export function featureValue(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  count: number,
  at: number,
  rule: FeatureRule,
): FeatureValue {
  const newest = lastAtOrBefore(times, count, at);
  const sampledAt = times[newest];
  if (sampledAt === undefined) return { value: null, sampledAt: null, state: 'missing' };
  const age = at - sampledAt;
  if (age > rule.maxAgeMs) return { value: null, sampledAt, state: 'stale' };
  const value =
    rule.transform === 'raw' ? values[newest] : rate(times, values, newest, at - rule.windowMs);
  if (value === undefined) return { value: null, sampledAt, state: 'missing' };
  if (!Number.isFinite(value)) return { value: null, sampledAt, state: 'not-finite' };
  return { value, sampledAt, state: age > rule.maxAgeMs / 2 ? 'late' : 'fresh' };
}

/** Index of the last time at or before `at`, −1 without one; binary search. */
export function lastAtOrBefore(times: ArrayLike<number>, count: number, at: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function rate(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  newest: number,
  after: number,
): number | undefined {
  const last = times[newest];
  if (last === undefined) return undefined;
  let increase = 0;
  let oldest = newest;
  while (oldest > 0 && (times[oldest - 1] ?? after) > after) {
    const step = difference(values, oldest);
    increase += step;
    oldest -= 1;
  }
  const first = times[oldest];
  if (first === undefined || first === last) return undefined;
  return (increase * 1000) / (last - first);
}

/** Increase from the sample before; after a reset the counter began at zero. */
function difference(values: ArrayLike<number>, index: number): number {
  const now = values[index] ?? Number.NaN;
  const before = values[index - 1] ?? Number.NaN;
  return now < before ? now : now - before;
}
