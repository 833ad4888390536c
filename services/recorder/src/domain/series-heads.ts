import type { SampleMessage } from '@slicecast/contracts';
import { measurementName, tagTexts } from './line-protocol.ts';

/** `measurement,tags` of a series: the same for each of its samples, so it is escaped once. */
export interface SeriesHeads {
  /** Undefined for a series without a name. */
  of(sample: Pick<SampleMessage, 'name' | 'labels'>): string | undefined;
}

/** Remembers heads by the labels' object, for as long as somebody holds it: samples of a series share it. */
export function createSeriesHeads(): SeriesHeads {
  const heads = new WeakMap<SampleMessage['labels'], { name: string; text: string }>();
  return {
    of({ name, labels }) {
      const known = heads.get(labels);
      if (known?.name === name) return known.text;
      const measurement = measurementName(name);
      if (measurement === undefined) return undefined;
      const text = `${measurement}${tagTexts(labels)}`;
      heads.set(labels, { name, text });
      return text;
    },
  };
}
