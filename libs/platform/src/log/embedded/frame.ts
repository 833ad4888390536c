import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import type { StoredRecord } from '../log-storage.ts';

/**
 * A record on disk, big-endian: length of the payload (4 bytes), its CRC-32 (4), and the payload:
 * offset (8, float64), at (8, float64), length of the key (4), key, value as JSON. Length and CRC
 * tell a whole record from one that was being written when the process or the machine went down.
 */
const headerBytes = 8;
const fixedBytes = 20;
/** No record is larger; a greater length is damage. */
const longestPayload = 32 * 2 ** 20;

export function encodeFrame(record: StoredRecord): Buffer {
  const keyBytes = Buffer.byteLength(record.key);
  const payloadBytes = fixedBytes + keyBytes + Buffer.byteLength(record.json);
  const frame = Buffer.allocUnsafe(headerBytes + payloadBytes);
  frame.writeDoubleBE(record.offset, headerBytes);
  frame.writeDoubleBE(record.at, headerBytes + 8);
  frame.writeUInt32BE(keyBytes, headerBytes + 16);
  frame.write(record.key, headerBytes + fixedBytes);
  frame.write(record.json, headerBytes + fixedBytes + keyBytes);
  frame.writeUInt32BE(payloadBytes, 0);
  frame.writeUInt32BE(crc32(frame.subarray(headerBytes)), 4);
  return frame;
}

/** `incomplete`: more bytes are needed; `damaged`: no record was written here, or not all of it. */
export type DecodedFrame =
  | { readonly state: 'whole'; readonly record: StoredRecord; readonly bytes: number }
  | { readonly state: 'incomplete' | 'damaged' };

export function decodeFrame(buffer: Buffer, position: number): DecodedFrame {
  if (buffer.length - position < headerBytes) return { state: 'incomplete' };
  const payloadBytes = buffer.readUInt32BE(position);
  if (payloadBytes < fixedBytes || payloadBytes > longestPayload) return { state: 'damaged' };
  const start = position + headerBytes;
  const end = start + payloadBytes;
  if (end > buffer.length) return { state: 'incomplete' };
  const payload = buffer.subarray(start, end);
  if (crc32(payload) !== buffer.readUInt32BE(position + 4)) return { state: 'damaged' };
  const keyEnd = fixedBytes + payload.readUInt32BE(16);
  const record = {
    offset: payload.readDoubleBE(0),
    at: payload.readDoubleBE(8),
    key: payload.toString('utf8', fixedBytes, keyEnd),
    json: payload.toString('utf8', keyEnd),
  };
  return { state: 'whole', record, bytes: headerBytes + payloadBytes };
}
