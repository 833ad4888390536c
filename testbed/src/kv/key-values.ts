import { seededRandom } from '@slicecast/stats';

/** Values by key, bounded in number and size. */
export interface KeyValues {
  get(key: string): Buffer | undefined;
  /** False when there is no room for another key. */
  put(key: string, value: Buffer): boolean;
}

export interface KeyValuesOptions {
  /** The service begins with keys `0` … `keys - 1`, each of so many bytes. */
  readonly keys: number;
  readonly valueBytes: number;
  readonly maxKeys: number;
}

/** Values that no link can compress, the same at every start. */
export function createKeyValues({ keys, valueBytes, maxKeys }: KeyValuesOptions): KeyValues {
  const values = new Map<string, Buffer>();
  for (let key = 0; key < keys; key += 1) {
    const random = seededRandom(key);
    values.set(String(key), Buffer.from(Array.from({ length: valueBytes }, () => random() * 256)));
  }
  return {
    get: (key) => values.get(key),
    put(key, value) {
      if (!values.has(key) && values.size >= maxKeys) return false;
      values.set(key, value);
      return true;
    },
  };
}
