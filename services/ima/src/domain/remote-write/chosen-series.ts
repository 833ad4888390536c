import { compareCodePoints, type Labels } from '@slicecast/contracts';
import { MalformedWrite } from './wire.ts';

export interface ChosenSeries {
  readonly hash: string;
  readonly labels: Labels;
}

/** The hash of a series that a slice has selected; undefined for any other. */
export type Select = (labels: Labels) => string | undefined;

interface Remembered {
  /** How its labels are spelt in requests. */
  readonly spelling: Buffer;
  /** null: not selected. */
  readonly chosen: ChosenSeries | null;
  /** What came after it the last time. */
  next: Remembered | undefined;
}

/** Spellings are remembered up to here; then all are forgotten, and read again as they come. */
const mostRememberedBytes = 64 * 2 ** 20;
/** Of what is kept around a spelling, about. */
const overheadBytes = 300;

/**
 * Tells of a written series whether a slice has selected it. Each spelling of a label set is decoded once: nearly all
 * that a Prometheus writes is not selected, and is known by its bytes alone. Senders write their series in
 * the same order again and again, so what came next the last time is compared first.
 */
export class SeriesChooser {
  readonly #select: Select;
  readonly #known = new Map<string, Remembered>();
  #last: Remembered | undefined;
  #bytes = 0;

  constructor(select: Select) {
    this.#select = select;
  }

  /** What is selected has changed. */
  forget(): void {
    this.#known.clear();
    this.#last = undefined;
    this.#bytes = 0;
  }

  /** The length of the spelling that is expected next, where it stands from `start`; 0 where it does not. */
  expectedLength(bytes: Buffer, start: number, end: number): number {
    const length = this.#last?.next?.spelling.length ?? 0;
    return start + length <= end && this.#expects(bytes, start, start + length) ? length : 0;
  }

  /** Takes the expected one, after `expectedLength` has found it. */
  chooseExpected(): ChosenSeries | null {
    this.#last = this.#last?.next;
    return this.#last?.chosen ?? null;
  }

  /** The series spelt by these bytes; null when it is not selected, MalformedWrite for labels that none can have. */
  choose(
    bytes: Buffer,
    start: number,
    end: number,
    decode: () => readonly (readonly [string, string])[],
  ): ChosenSeries | null {
    if (this.#expects(bytes, start, end)) return this.chooseExpected();
    const spelling = bytes.toString('latin1', start, end);
    const found =
      this.#known.get(spelling) ??
      this.#remember(spelling, {
        spelling: Buffer.from(bytes.subarray(start, end)),
        chosen: this.chooseOnce(decode),
        next: undefined,
      });
    if (this.#last !== undefined) this.#last.next = found;
    this.#last = found;
    return found.chosen;
  }

  /** The same without remembering it. */
  chooseOnce(decode: () => readonly (readonly [string, string])[]): ChosenSeries | null {
    const labels = labelsOf(decode());
    const hash = this.#select(labels);
    return hash === undefined ? null : { hash, labels };
  }

  #expects(bytes: Buffer, start: number, end: number): boolean {
    const expected = this.#last?.next?.spelling;
    if (expected === undefined || expected.length !== end - start) return false;
    return bytes.compare(expected, 0, expected.length, start, end) === 0;
  }

  #remember(spelling: string, series: Remembered): Remembered {
    // Both the text and the bytes are kept.
    const bytes = 2 * spelling.length + overheadBytes;
    if (this.#bytes + bytes > mostRememberedBytes) this.forget();
    this.#bytes += bytes;
    this.#known.set(spelling, series);
    return series;
  }
}

/** Remote write asks for label names sorted by their bytes, each once, and for no empty name or value. */
function labelsOf(pairs: readonly (readonly [string, string])[]): Labels {
  let before = '';
  for (const [name, value] of pairs) {
    if (name === '') throw new MalformedWrite('a label has no name');
    if (name === before) throw new MalformedWrite(`label ${name} is there twice`);
    if (compareCodePoints(name, before) < 0) {
      throw new MalformedWrite(`label ${name} comes after ${before}: sort them`);
    }
    if (value === '') throw new MalformedWrite(`label ${name} has no value: leave it out`);
    before = name;
  }
  return Object.fromEntries(pairs);
}
