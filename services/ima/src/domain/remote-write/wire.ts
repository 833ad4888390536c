/** What can never be read as it should be. */
export class MalformedWrite extends Error {}

/** A reader of protobuf's wire format over a part of a buffer; every read checks the end of that part. */
export class Wire {
  readonly bytes: Buffer;
  position: number;
  end: number;

  constructor(bytes: Buffer, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  /** Up to 53 bits; what is larger loses its low ones. */
  varint(): number {
    const { bytes, end } = this;
    let position = this.position;
    // Most numbers are one byte long, and most others two.
    const first = bytes[position] as number;
    if (position < end && first < 0x80) {
      this.position = position + 1;
      return first;
    }
    const second = bytes[position + 1] as number;
    if (position + 1 < end && second < 0x80) {
      this.position = position + 2;
      return first - 0x80 + second * 128;
    }
    let value = 0;
    let factor = 1;
    for (let length = 0; length < 10; length += 1) {
      if (position >= end) throw new MalformedWrite(`a number ends too early at byte ${position}`);
      const byte = bytes[position] as number;
      position += 1;
      if (byte < 0x80) {
        this.position = position;
        return value + byte * factor;
      }
      value += (byte - 0x80) * factor;
      factor *= 128;
    }
    throw new MalformedWrite(`a number has more than 10 bytes at byte ${position}`);
  }

  /** A signed 64-bit number, exact up to 2^53; -1 for any that is negative. */
  int64(): number {
    const value = this.varint();
    return value >= 2 ** 63 ? -1 : value;
  }

  double(): number {
    this.position += 8;
    if (this.position > this.end) throw new MalformedWrite(`a double ends too early`);
    return this.bytes.readDoubleLE(this.position - 8);
  }

  /** The end of a length-delimited field, whose length comes next. */
  fieldEnd(): number {
    const length = this.varint();
    const end = this.position + length;
    if (end > this.end) {
      throw new MalformedWrite(
        `a field of ${length} bytes at ${this.position} is longer than the rest`,
      );
    }
    return end;
  }

  skip(wireType: number): void {
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.position += 8;
    else if (wireType === 2) this.position = this.fieldEnd();
    else if (wireType === 5) this.position += 4;
    else throw new MalformedWrite(`wire type ${wireType} is not one of protobuf's`);
    if (this.position > this.end) throw new MalformedWrite('a field ends too early');
  }

  text(end: number): string {
    const text = this.bytes.toString('utf8', this.position, end);
    // It stands for what could not be decoded, and seldom for itself.
    const bytes = this.bytes.subarray(this.position, end);
    if (text.includes('\ufffd') && !Buffer.from(text).equals(bytes)) {
      throw new MalformedWrite(`a text at byte ${this.position} is no UTF-8`);
    }
    this.position = end;
    return text;
  }
}
