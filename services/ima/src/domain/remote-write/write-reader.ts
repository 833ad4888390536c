import { type Select, SeriesChooser } from './chosen-series.ts';
import { readWriteRequest, type WriteRequest } from './read-write-request.ts';
import { createReader2 } from './read-write-request-2.ts';

/** 1: `prometheus.WriteRequest`. 2: `io.prometheus.write.v2.Request`. */
export type WriteVersion = 1 | 2;

/** Reads requests of remote write, and remembers from one to the next which series are selected. */
export interface WriteReader {
  /** What is selected of a decompressed body; MalformedWrite for what is none. */
  read(version: WriteVersion, bytes: Buffer): WriteRequest;
  /** What is selected has changed. */
  forget(): void;
}

export function createWriteReader(select: Select): WriteReader {
  // The versions spell labels differently.
  const choosers = [new SeriesChooser(select), new SeriesChooser(select)] as const;
  const read2 = createReader2(choosers[1]);
  return {
    read: (version, bytes) => (version === 1 ? readWriteRequest(bytes, choosers[0]) : read2(bytes)),
    forget() {
      for (const chooser of choosers) chooser.forget();
    },
  };
}
