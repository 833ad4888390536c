import type { ExtractionFiles } from '../ports.ts';

/** Extractions in memory: for tests, and for standalone without a data folder. */
export function createMemoryFiles(): ExtractionFiles {
  const files = new Map<string, Uint8Array[]>();
  return {
    async write(key, bytes) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(Uint8Array.from(chunk));
      files.set(key, chunks);
    },
    async read(key) {
      const chunks = files.get(key);
      if (chunks === undefined) return undefined;
      return (async function* () {
        yield* chunks;
      })();
    },
    async remove(key) {
      files.delete(key);
    },
    async list() {
      return [...files.keys()];
    },
  };
}
