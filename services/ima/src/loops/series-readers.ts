import type { SliceFeed } from './feed-slice.ts';

/** Which feeds read a series; found out anew when a feed or its features have changed. */
export class SeriesReaders {
  readonly #feeds: () => readonly SliceFeed[];
  #bySeries: Map<string, SliceFeed[]> | undefined;

  constructor(feeds: () => readonly SliceFeed[]) {
    this.#feeds = feeds;
  }

  readonly forget = (): void => {
    this.#bySeries = undefined;
  };

  of(hash: string): readonly SliceFeed[] {
    this.#bySeries ??= this.#read();
    return this.#bySeries.get(hash) ?? [];
  }

  #read(): Map<string, SliceFeed[]> {
    const bySeries = new Map<string, SliceFeed[]>();
    for (const feed of this.#feeds()) {
      for (const hash of feed.series()) {
        const readers = bySeries.get(hash);
        if (readers === undefined) bySeries.set(hash, [feed]);
        else readers.push(feed);
      }
    }
    return bySeries;
  }
}
