import { type Feature, type Labels, seriesHash, type Transform } from '@slicecast/contracts';

/** A sample may be missed and the next one late before a value is taken for stale. */
const ageInScrapes = 2.5;
/** A rate over fewer scrapes is mostly noise, and one missed scrape must not leave it without two samples. */
const windowInScrapes = 4;
const shortestWindowMs = 15_000;

/** The feature that a series enters as, by the distance at which it is scraped. */
export function featureOf(labels: Labels, transform: Transform, scrapeIntervalMs: number): Feature {
  const windowMs = Math.max(shortestWindowMs, windowInScrapes * scrapeIntervalMs);
  return {
    series: seriesHash(labels),
    labels,
    transform,
    windowMs: transform === 'rate' ? Math.ceil(windowMs) : 0,
    maxAgeMs: Math.ceil(ageInScrapes * scrapeIntervalMs),
  };
}
