import { uncompressSync } from 'snappy';
import { MalformedWrite, Wire } from '../domain/remote-write/wire.ts';

/** More than the receiver takes: nothing was decompressed. */
export class TooLarge extends Error {}

/** Decompresses a snappy block; TooLarge by the size that it says itself, MalformedWrite when it is none. */
export function decompressBlock(block: Buffer, mostBytes: number): Buffer {
  const bytes = new Wire(block).varint();
  if (bytes > mostBytes)
    throw new TooLarge(`${bytes} bytes when decompressed; ${mostBytes} are taken`);
  try {
    // Copied into memory of Node's own, which is used again: the library's is given back to the system each time.
    return uncompressSync(block, { asBuffer: true, copyOutputData: true }) as Buffer;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MalformedWrite(`the body is no snappy block: ${why}`, { cause });
  }
}
