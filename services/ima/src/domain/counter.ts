const counterSuffix = /_(?:total|count|sum|bucket)$/;
/** Real counters fall only when their process restarts. */
const mostFallsOfANamedCounter = 0.05;
/** What is not named so must rise nearly always, as node_exporter's untyped counters do. */
const leastRisesOfAnUnnamedCounter = 0.9;
/** Fewer steps are no evidence. */
const leastSteps = 20;

/**
 * Whether the series counts: its name says so and its values do not contradict, or its values rise
 * nearly always and never fall but for resets. Prometheus' own metadata is not asked: it is missing
 * in long-term storage, and exporters leave real counters untyped.
 */
export function isCounter(name: string, values: ArrayLike<number>): boolean {
  let steps = 0;
  let rises = 0;
  let falls = 0;
  let before = Number.NaN;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    if (value < 0) return false;
    if (Number.isFinite(before)) {
      steps += 1;
      if (value > before) rises += 1;
      if (value < before) falls += 1;
    }
    before = value;
  }
  if (counterSuffix.test(name)) return falls <= mostFallsOfANamedCounter * steps;
  if (steps < leastSteps) return false;
  return rises >= leastRisesOfAnUnnamedCounter * steps && falls <= 0.01 * steps;
}

/** Increase per second between neighbouring points of a grid; a fall is a reset, which counts from zero. */
export function coarseRate(values: Float64Array, stepMs: number): Float64Array {
  return values.map((value, index) => {
    const before = values[index - 1];
    if (before === undefined) return Number.NaN;
    return ((value < before ? value : value - before) * 1000) / stepMs;
  });
}
