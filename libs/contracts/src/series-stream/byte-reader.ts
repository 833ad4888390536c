import { SeriesStreamError } from './error.ts';

/** Takes bytes out of a stream of chunks in the lengths that are wanted. */
export interface ByteReader {
  /** Exactly so many bytes, at the start of a buffer of their own; undefined at the stream's end. */
  read(length: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Gives the source back. */
  close(): Promise<void>;
}

/** SeriesStreamError `malformed` when the stream ends within a read, `too-large` past `maxBytes`. */
export function createByteReader(source: AsyncIterable<Uint8Array>, maxBytes: number): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  let wanted = 0;

  return {
    async read(length) {
      wanted += length;
      if (wanted > maxBytes) throw tooManyBytes(maxBytes);
      // Gathered first, so that a length which lies takes no more memory than the bytes that came.
      const parts: Uint8Array[] = [];
      let missing = length;
      while (missing > 0) {
        if (rest.byteLength === 0) {
          const { done, value } = await chunks.next();
          if (done !== true) rest = value;
          else if (missing === length) return undefined;
          else throw new SeriesStreamError('malformed', 'The Arrow stream ends within a message.');
        }
        const part = rest.subarray(0, missing);
        parts.push(part);
        rest = rest.subarray(part.byteLength);
        missing -= part.byteLength;
      }
      return join(parts, length);
    },
    async close() {
      await chunks.return?.();
    },
  };
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function tooManyBytes(maxBytes: number): SeriesStreamError {
  return new SeriesStreamError('too-large', `The Arrow stream has more than ${maxBytes} bytes.`);
}
