import type { Feature } from '@slicecast/contracts';

/** The series that slices' features are made of, counted by slice, so that one slice's change costs its own features alone. */
export class SeriesInUse {
  readonly #bySlice = new Map<number, ReadonlyMap<string, string | undefined>>();
  readonly #hashes = new Map<string, number>();
  readonly #names = new Map<string | undefined, number>();

  has(hash: string): boolean {
    return this.#hashes.has(hash);
  }

  /** Whether any of them has this metric's name. */
  hasName(name: string | undefined): boolean {
    return this.#names.has(name);
  }

  /** The slice has these features from now on; false when their series are those that it had. */
  replace(sliceId: number, features: readonly Feature[]): boolean {
    const before = this.#bySlice.get(sliceId) ?? new Map();
    const after = new Map(features.map(({ series, labels }) => [series, labels.__name__]));
    if (before.size === after.size && [...after.keys()].every((hash) => before.has(hash))) {
      return false;
    }
    this.#count(after, 1);
    this.#count(before, -1);
    this.#bySlice.set(sliceId, after);
    return true;
  }

  #count(series: ReadonlyMap<string, string | undefined>, by: number): void {
    for (const [hash, name] of series) {
      add(this.#hashes, hash, by);
      add(this.#names, name, by);
    }
  }
}

function add<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
