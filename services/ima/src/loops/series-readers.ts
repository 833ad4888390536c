import type { SliceFeed } from './feed-slice.ts';

/** Which feeds read a series. */
export class SeriesReaders {
  readonly #bySeries = new Map<string, SliceFeed[]>();
  readonly #byFeed = new Map<SliceFeed, readonly string[]>();

  of(hash: string): readonly SliceFeed[] {
    return this.#bySeries.get(hash) ?? [];
  }

  /** The feed is new, or reads other series than before. */
  renew(feed: SliceFeed): void {
    this.remove(feed);
    const hashes = [...feed.series()];
    this.#byFeed.set(feed, hashes);
    for (const hash of hashes) this.#bySeries.set(hash, [...this.of(hash), feed]);
  }

  remove(feed: SliceFeed): void {
    for (const hash of this.#byFeed.get(feed) ?? []) {
      const left = this.of(hash).filter((reader) => reader !== feed);
      if (left.length === 0) this.#bySeries.delete(hash);
      else this.#bySeries.set(hash, left);
    }
    this.#byFeed.delete(feed);
  }
}
