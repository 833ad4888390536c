/** The distance between samples that is usual in the series, ms: the median; undefined with fewer than two. */
export function usualDistance(times: ArrayLike<number>): number | undefined {
  const distances = new Float64Array(Math.max(0, times.length - 1));
  for (let index = 1; index < times.length; index += 1) {
    distances[index - 1] = (times[index] ?? 0) - (times[index - 1] ?? 0);
  }
  return median(distances);
}

/**
 * One scrape interval for several series, ms, freed of jitter: the median of their usual distances,
 * rounded to whole seconds, or to 100 ms below one second. undefined where no series has two samples.
 */
export function scrapeIntervalOf(series: Iterable<ArrayLike<number>>): number | undefined {
  const usual: number[] = [];
  for (const times of series) {
    const distance = usualDistance(times);
    if (distance !== undefined && distance > 0) usual.push(distance);
  }
  const interval = median(Float64Array.from(usual));
  return interval === undefined ? undefined : withoutJitter(interval);
}

/** The slice's step: never finer than the KPI's own or the scrape interval. */
export function sliceStep(kpiStepMs: number, scrapeIntervalMs: number): number {
  return Math.max(withoutJitter(kpiStepMs), scrapeIntervalMs);
}

function withoutJitter(intervalMs: number): number {
  const unit = intervalMs >= 950 ? 1000 : 100;
  return Math.max(unit, Math.round(intervalMs / unit) * unit);
}

function median(values: Float64Array): number | undefined {
  return values.sort()[values.length >>> 1];
}
