import type { FileHandle } from 'node:fs/promises';

/** Writes all of a buffer at a position: one call to the system may take only a part of it. */
export async function writeFully(
  handle: FileHandle,
  buffer: Uint8Array,
  position: number,
): Promise<void> {
  for (let written = 0; written < buffer.length; ) {
    const left = buffer.length - written;
    written += (await handle.write(buffer, written, left, position + written)).bytesWritten;
  }
}
