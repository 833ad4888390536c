import type { Labels } from '@slicecast/contracts';

/** Tells series apart inside one pass; cheaper than the hash that the contract wants. */
export function seriesKey(labels: Labels): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}\u0000${labels[name] ?? ''}`)
    .join('\u0001');
}
