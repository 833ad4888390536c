import { sortedQuantile } from '@slicecast/stats';

/** Reads of one client, and the latency that one in a hundred of them exceeded. */
export interface ReadTimes {
  begin(now: number): ReadHandle;
  /** Milliseconds; closes the interval that ends now. NaN when no read told anything in it. */
  r99(now: number): number;
}

export interface ReadHandle {
  /** `answered`: whether the value came; a read without one counts with the time that it was given. */
  end(now: number, answered: boolean): void;
}

/** Milliseconds that a read is given. */
export const readTimeoutMs = 10_000;

/** A read that is still open after so long counts with its age: a service that hangs is not a fast one. */
const openCountsAfterMs = 1000;

/** R_99 over the reads that ended within the interval, and those that have been open for over a second. */
export function createReadTimes(): ReadTimes {
  const open = new Map<ReadHandle, number>();
  let ended: number[] = [];
  return {
    begin(begun) {
      const handle = {
        end(now: number, answered: boolean) {
          if (open.delete(handle)) ended.push(answered ? now - begun : readTimeoutMs);
        },
      };
      open.set(handle, begun);
      return handle;
    },
    r99(now) {
      const ages = [...open.values()].map((begun) => now - begun);
      const told = [...ended, ...ages.filter((age) => age > openCountsAfterMs)];
      ended = [];
      return sortedQuantile(Float64Array.from(told).sort(), 0.99);
    },
  };
}
