import { Buffer } from 'node:buffer';
import type { SampleMessage } from './mlo-v2.ts';

/** What the bytes of a series' messages begin with, and what they say. */
interface Beginning {
  readonly bytes: Buffer;
  readonly sample: SampleMessage;
  /** Whether the sample has the four fields of one that has not ended, and no others. */
  readonly plain: boolean;
  /** Whose message came after this one's the last time: scrapes come in the same order again. */
  next: Beginning | undefined;
}

const timeField = Buffer.from('"timestamp":"');
const valueField = Buffer.from('","value":"');
const close = Buffer.from('"}');
const isValueByte = bytesThatFit(/[\w.+-]/);
const isTimeByte = bytesThatFit(/[\w:.+-]/);

/**
 * Finds a message's series by comparing its bytes with those of the series that came next the last time, and by a look-up
 * where another came: neither text nor hash is made of what is known. What ends in any other form is parsed as a whole.
 */
export function createSampleByteReader(
  mostBeginnings: number,
  parse: (json: string) => SampleMessage | undefined,
): (bytes: Buffer, start: number, end: number) => SampleMessage | undefined {
  /** By the bytes as Latin-1 text. */
  const beginnings = new Map<string, Beginning>();
  let last: Beginning | undefined;
  let lastTime = '';

  function find(bytes: Buffer, start: number, end: number): Beginning | undefined {
    const guess = last?.next;
    if (guess !== undefined && guess.bytes.length === end - start) {
      if (bytes.compare(guess.bytes, 0, end - start, start, end) === 0) return guess;
    }
    return beginnings.get(bytes.toString('latin1', start, end));
  }

  function learn(bytes: Buffer, start: number, timeAt: number, sample: SampleMessage): Beginning {
    if (beginnings.size >= mostBeginnings) {
      beginnings.clear();
      last = undefined;
    }
    const plain = Object.keys(sample).length === 4;
    // A copy: what is kept must not keep a whole batch.
    const own = Buffer.from(bytes.subarray(start, timeAt));
    const made: Beginning = { bytes: own, sample, plain, next: undefined };
    beginnings.set(own.toString('latin1'), made);
    return made;
  }

  function timeOf(bytes: Buffer, start: number, end: number): string {
    if (end - start === lastTime.length) {
      let at = end;
      // Its last figures change first.
      while (at > start && bytes[at - 1] === lastTime.charCodeAt(at - 1 - start)) at -= 1;
      if (at === start) return lastTime;
    }
    lastTime = bytes.toString('latin1', start, end);
    return lastTime;
  }

  return (bytes, start, end) => {
    const valueEnd = end - close.length;
    const valueStart = startOf(bytes, start, valueEnd, isValueByte);
    const timeEnd = valueStart - valueField.length;
    const timeStart = startOf(bytes, start, timeEnd, isTimeByte);
    const timeAt = timeStart - timeField.length;
    const fits =
      valueStart < valueEnd &&
      timeStart < timeEnd &&
      timeAt >= start &&
      has(bytes, valueEnd, close) &&
      has(bytes, timeEnd, valueField) &&
      has(bytes, timeAt, timeField);
    if (!fits) return parse(bytes.toString('utf8', start, end));
    let known = find(bytes, start, timeAt);
    if (known === undefined) {
      const sample = parse(bytes.toString('utf8', start, end));
      if (sample === undefined) return undefined;
      known = learn(bytes, start, timeAt, sample);
    }
    if (last !== undefined) last.next = known;
    last = known;
    const timestamp = timeOf(bytes, timeStart, timeEnd);
    const value = bytes.toString('latin1', valueStart, valueEnd);
    const { sample, plain } = known;
    if (!plain) return { ...sample, timestamp, value };
    return { labels: sample.labels, name: sample.name, timestamp, value };
  };
}

/** Where the bytes before `end` that fit begin; `end` or less where there are none. */
function startOf(bytes: Buffer, start: number, end: number, fits: Uint8Array): number {
  let at = end;
  while (at > start && fits[bytes[at - 1] ?? 0] === 1) at -= 1;
  return at;
}

function has(bytes: Buffer, at: number, wanted: Buffer): boolean {
  for (let index = 0; index < wanted.length; index += 1) {
    if (bytes[at + index] !== wanted[index]) return false;
  }
  return true;
}

/** 1 for each ASCII byte whose character fits. */
function bytesThatFit(characters: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) =>
    byte < 128 && characters.test(String.fromCharCode(byte)) ? 1 : 0,
  );
}
