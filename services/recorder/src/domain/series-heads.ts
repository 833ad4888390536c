import type { SampleMessage } from '@slicecast/contracts';
import { measurementName, tagTexts } from './line-protocol.ts';

/** `measurement,tags` of a series: the same for each of its samples, so it is escaped once. */
export interface SeriesHeads {
  /** `key`: the message's, which is the series' hash. Undefined for a series without a name. */
  of(key: string, sample: Pick<SampleMessage, 'name' | 'labels'>): string | undefined;
}

interface Head extends Pick<SampleMessage, 'name' | 'labels'> {
  readonly size: number;
  readonly text: string;
}

/** About 1 kB each; beyond that it begins anew. */
const mostHeads = 20_000;

/**
 * Remembers heads by key. One is taken only when the name and every label are the same, so that a wrong or
 * an absent key (MLO-V2 sent none) costs time and nothing else. O(labels) a sample.
 */
export function createSeriesHeads(): SeriesHeads {
  const heads = new Map<string, Head>();
  return {
    of(key, { name, labels }) {
      const known = heads.get(key);
      if (known !== undefined && known.name === name && haveSame(known, labels)) return known.text;
      const measurement = measurementName(name);
      if (measurement === undefined) return undefined;
      const text = `${measurement}${tagTexts(labels)}`;
      if (heads.size >= mostHeads) heads.clear();
      heads.set(key, { name, labels, size: Object.keys(labels).length, text });
      return text;
    },
  };
}

function haveSame(known: Head, labels: SampleMessage['labels']): boolean {
  let count = 0;
  for (const key in labels) {
    if (known.labels[key] !== labels[key]) return false;
    count += 1;
  }
  return count === known.size;
}
