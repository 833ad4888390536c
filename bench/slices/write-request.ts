import type { Labels } from '@slicecast/contracts';

/**
 * A request of remote write 1.0 with one sample a series, laid out once and then filled in place: a sender at 15,000
 * samples a second must not take the processor from those it measures.
 */
export interface WriteRequest {
  readonly bytes: Buffer;
  /** Puts the sample of the series at `index` in. */
  set(index: number, at: number, value: number): void;
}

const doubleField = 0x09;
const varintField = 0x10;
/** Epoch ms from 2004 to 2109 take six bytes. */
const instantBytes = 6;
const sampleBytes = 1 + 8 + 1 + instantBytes;

export function layOutRequest(series: readonly Labels[]): WriteRequest {
  const valueAt: number[] = [];
  let size = 0;
  const parts = series.map((labels) => {
    const sample = Buffer.alloc(sampleBytes);
    sample[0] = doubleField;
    sample[9] = varintField;
    const part = field(1, Buffer.concat([labelsField(labels), field(2, sample)]));
    size += part.length;
    valueAt.push(size - sampleBytes + 1);
    return part;
  });
  const bytes = Buffer.concat(parts);
  return {
    bytes,
    set(index, at, value) {
      const offset = valueAt[index] ?? Number.NaN;
      bytes.writeDoubleLE(value, offset);
      writeInstant(bytes, offset + 9, at);
    },
  };
}

function labelsField(labels: Labels): Buffer {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat(
    sorted.map(([name, value]) =>
      field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))])),
    ),
  );
}

function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(content.length)]), content]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}

function writeInstant(bytes: Buffer, offset: number, at: number): void {
  let rest = at;
  for (let k = 0; k < instantBytes; k += 1) {
    bytes[offset + k] = (rest % 128) | (k < instantBytes - 1 ? 128 : 0);
    rest = Math.floor(rest / 128);
  }
}
