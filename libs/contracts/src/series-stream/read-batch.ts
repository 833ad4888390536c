import { RecordBatch } from 'apache-arrow/fb/record-batch';
import { SeriesStreamError } from './error.ts';
import type { ArrowMessage } from './read-messages.ts';

/** The columns of one batch, as they lie in its body. */
export interface BatchColumns {
  readonly rows: number;
  role(row: number): string;
  feature(row: number): string;
  /** A copy; NaN where the item is null. */
  values(row: number): Float64Array;
}

/**
 * Reads a record batch of the series schema by Arrow's columnar layout: buffers
 * `role` (validity, offsets, bytes), `feature` (the same), `values` (validity, offsets), its items
 * (validity, float64). Arrow's own reader believes every length it reads, and a damaged one takes the
 * process down; here each is checked against the bytes that are there.
 */
export function readBatch({ header, body }: ArrowMessage): BatchColumns {
  const batch: RecordBatch | null = header.header(new RecordBatch());
  if (batch === null || batch.nodesLength() !== 4 || batch.buffersLength() !== 10) {
    throw malformed('has other columns than its schema');
  }
  if (batch.compression() !== null) throw malformed('is compressed; send it plain');
  const rows = Number(batch.length());
  const buffers = Array.from({ length: 10 }, (_, index) => bufferAt(batch, index, body));
  const buffer = (index: number) => buffers[index] ?? new Uint8Array();
  const items = new Float64Array(wholeNumbers(buffer(9), 8));
  const nulls = Number(batch.nodes(3)?.nullCount()) > 0 ? buffer(8) : undefined;
  const role = ranges(buffer(1), rows, buffer(2).length);
  const feature = ranges(buffer(4), rows, buffer(5).length);
  const values = ranges(buffer(7), rows, items.length);
  return {
    rows,
    role: (row) => text(buffer(2), role(row)),
    feature: (row) => text(buffer(5), feature(row)),
    values: (row) => copyItems(items, nulls, values(row)),
  };
}

type Range = readonly [start: number, end: number];

function bufferAt(batch: RecordBatch, index: number, body: Uint8Array<ArrayBuffer>) {
  const place = batch.buffers(index);
  const start = Number(place?.offset());
  const length = Number(place?.length());
  if (start >= 0 && length >= 0 && start + length <= body.byteLength) {
    return body.subarray(start, start + length);
  }
  throw malformed('has a buffer beyond its body');
}

/** A list's offsets give each row's range of items. */
function ranges(buffer: Uint8Array<ArrayBuffer>, rows: number, items: number) {
  const offsets = new Int32Array(wholeNumbers(buffer, 4));
  if (!(rows >= 0) || (rows > 0 && rows >= offsets.length)) {
    throw malformed('says that it has more rows than it has');
  }
  return (row: number): Range => {
    const start = offsets[row] ?? -1;
    const end = offsets[row + 1] ?? -1;
    if (start >= 0 && end >= start && end <= items) return [start, end];
    throw malformed('has offsets beyond its items');
  };
}

/** The buffer's numbers, aligned; padding behind them falls off. */
function wholeNumbers(buffer: Uint8Array<ArrayBuffer>, size: number): ArrayBuffer {
  const length = buffer.byteLength - (buffer.byteLength % size);
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + length);
}

const utf8 = new TextDecoder();

function text(bytes: Uint8Array, [start, end]: Range): string {
  return utf8.decode(bytes.subarray(start, end));
}

function copyItems(items: Float64Array, nulls: Uint8Array | undefined, [start, end]: Range) {
  const own = items.slice(start, end);
  if (nulls === undefined) return own;
  for (let index = 0; index < own.length; index += 1) {
    const bit = start + index;
    const valid = ((nulls[bit >> 3] ?? 0) >> (bit & 7)) & 1;
    if (valid === 0) own[index] = Number.NaN;
  }
  return own;
}

function malformed(what: string): SeriesStreamError {
  return new SeriesStreamError('malformed', `A batch of the Arrow stream ${what}.`);
}
