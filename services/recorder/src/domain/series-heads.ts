import type { SampleMessage } from '@slicecast/contracts';
import { measurementName, tagTexts } from './line-protocol.ts';

/** `measurement,tags value=` of a series in UTF-8: the same for each of its samples, so it is escaped once. */
export interface SeriesHeads {
  /** Undefined for a series without a name. */
  of(sample: Pick<SampleMessage, 'name' | 'labels'>): Buffer | undefined;
}

/** Remembers heads by the labels' object, for as long as somebody holds it: samples of a series share it. */
export function createSeriesHeads(): SeriesHeads {
  const heads = new WeakMap<SampleMessage['labels'], { name: string; bytes: Buffer }>();
  return {
    of({ name, labels }) {
      const known = heads.get(labels);
      if (known?.name === name) return known.bytes;
      const measurement = measurementName(name);
      if (measurement === undefined) return undefined;
      const bytes = Buffer.from(`${measurement}${tagTexts(labels)} value=`);
      heads.set(labels, { name, bytes });
      return bytes;
    },
  };
}
