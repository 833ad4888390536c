import { Buffer } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import type { StoredRecord } from '../log-storage.ts';
import { decodeFrame } from './frame.ts';

export interface PlacedRecord {
  readonly record: StoredRecord;
  readonly position: number;
  readonly bytes: number;
}

const chunkBytes = 2 ** 20;

/** The whole records of a file from its beginning, up to its end or the first one that is torn or damaged. */
export async function* readFrames(handle: FileHandle): AsyncGenerator<PlacedRecord> {
  let buffer: Buffer = Buffer.alloc(0);
  let base = 0;
  let position = 0;
  while (true) {
    const frame = decodeFrame(buffer, position);
    if (frame.state === 'whole') {
      yield { record: frame.record, position: base + position, bytes: frame.bytes };
      position += frame.bytes;
      continue;
    }
    if (frame.state === 'damaged') return;
    const more = Buffer.allocUnsafe(chunkBytes);
    const { bytesRead } = await handle.read(more, 0, chunkBytes, base + buffer.length);
    if (bytesRead === 0) return;
    base += position;
    buffer = Buffer.concat([buffer.subarray(position), more.subarray(0, bytesRead)]);
    position = 0;
  }
}
