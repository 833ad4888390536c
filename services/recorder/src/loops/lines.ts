/** Lines of line protocol as they are sent: UTF-8, one after the other. */
export interface Lines {
  readonly length: number;
  /** Those from one index up to another, of the same memory. */
  slice(from: number, to?: number): Lines;
  /** All of them, each ended by a line feed. */
  bytes(): Buffer;
}

export interface LineWriter {
  add(line: string): void;
  /** A line of one value, and the instant in epoch ms: `head` is all before the value. */
  addValue(head: Buffer, value: string, atMs: number): void;
  /** What was added. No more may be added then. */
  lines(): Lines;
  /** Gives the memory back for others to write to: nobody may read the lines any more. */
  release(): void;
}

/** Memory that was written to, to be written to again: the engine collects all its garbage when much of it is thrown away. */
export interface LineMemory {
  take(): Buffer;
  give(bytes: Buffer): void;
}

/** Keeps as many pieces as were in use at once, at the most `most`. */
export function createLineMemory(most: number): LineMemory {
  const free: Buffer[] = [];
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(firstBytes),
    give(bytes) {
      if (free.length < most) free.push(bytes);
    },
  };
}

const firstBytes = 2 ** 16;
const lineFeed = 10;
/** In UTF-8 of a unit of a string, at most. */
const mostUnitBytes = 3;

/** Writes lines where they are sent from: a string of each, and one of them all, would cost more than the rest of a line. */
export function createLineWriter(memory: LineMemory): LineWriter {
  let bytes = memory.take();
  let end = 0;
  /** Where each line ends. */
  const ends: number[] = [];
  let lastMs = Number.NaN;
  /** ` <epoch ms>` and a line feed. */
  let lastTime = Buffer.alloc(0);

  function makeRoom(more: number): void {
    if (end + more <= bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, end + more));
    larger.set(bytes.subarray(0, end));
    bytes = larger;
  }

  return {
    add(line) {
      makeRoom(mostUnitBytes * line.length + 1);
      end += bytes.write(line, end);
      bytes[end] = lineFeed;
      end += 1;
      ends.push(end);
    },
    addValue(head, value, atMs) {
      if (atMs !== lastMs) {
        lastMs = atMs;
        lastTime = Buffer.from(` ${atMs}\n`);
      }
      makeRoom(head.length + value.length + lastTime.length);
      bytes.set(head, end);
      end += head.length;
      for (let index = 0; index < value.length; index += 1) {
        bytes[end] = value.charCodeAt(index);
        end += 1;
      }
      bytes.set(lastTime, end);
      end += lastTime.length;
      ends.push(end);
    },
    lines: () => linesOf(bytes, ends, 0, ends.length),
    release() {
      memory.give(bytes);
      bytes = Buffer.alloc(0);
    },
  };
}

function linesOf(bytes: Buffer, ends: readonly number[], from: number, to: number): Lines {
  const startOf = (line: number) => (line === 0 ? 0 : (ends[line - 1] ?? 0));
  return {
    length: to - from,
    slice: (first, last = to - from) => linesOf(bytes, ends, from + first, from + last),
    bytes: () => bytes.subarray(startOf(from), startOf(to)),
  };
}
