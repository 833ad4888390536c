import { lastAtOrBefore } from '@slicecast/stats';

/** What became of a sample that was offered to a buffer. */
export type Intake = 'taken' | 'duplicate' | 'too-old' | 'from-the-future' | 'end';

/** Samples further ahead of the clock than this are refused: one wild clock must not age all others. */
export const futureToleranceMs = 5000;

/**
 * The newest samples of one series, in time order whatever order they came in. One instant holds one
 * value: the first that came. Bounded by `keepMs` behind the newest sample.
 */
export class SeriesBuffer {
  readonly times: number[] = [];
  readonly values: number[] = [];
  /** Instants at which the series ended. */
  readonly #ends: number[] = [];
  readonly #keepMs: number;
  /** Where the newest run of equal values began: it may lie before the oldest sample kept. */
  #runStart = 0;
  /** What is older is refused: it may have been known and forgotten. */
  #forgotten = Number.NEGATIVE_INFINITY;

  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  get count(): number {
    return this.times.length;
  }

  add(at: number, value: number, now: number): Intake {
    if (at > now + futureToleranceMs) return 'from-the-future';
    const newest = this.times.at(-1);
    if (newest !== undefined && at < newest - this.#keepMs) return 'too-old';
    if (newest !== undefined && at < this.#forgotten) return 'too-old';
    const before = lastAtOrBefore(this.times, this.times.length, at);
    if (this.times[before] === at) return 'duplicate';
    if (before === this.times.length - 1 && value !== this.values.at(-1)) this.#runStart = at;
    this.times.splice(before + 1, 0, at);
    this.values.splice(before + 1, 0, value);
    this.#prune();
    return 'taken';
  }

  /** Whether it knows of that instant: a sample, or that the series ended. */
  has(at: number): boolean {
    return (
      this.times[lastAtOrBefore(this.times, this.times.length, at)] === at ||
      this.#ends[lastAtOrBefore(this.#ends, this.#ends.length, at)] === at
    );
  }

  /** The series has ended at `at`, until a later sample tells otherwise. */
  end(at: number, now: number): Intake {
    if (at > now + futureToleranceMs) return 'from-the-future';
    const newest = this.#ends.at(-1);
    if (newest !== undefined && at < newest - this.#keepMs) return 'too-old';
    const before = lastAtOrBefore(this.#ends, this.#ends.length, at);
    if (this.#ends[before] === at) return 'duplicate';
    this.#ends.splice(before + 1, 0, at);
    const from = (this.#ends.at(-1) ?? at) - this.#keepMs;
    this.#ends.splice(0, lastAtOrBefore(this.#ends, this.#ends.length, from - 1) + 1);
    return 'end';
  }

  /** Whether the series had ended at that instant, and no sample came since. */
  endedAt(at: number): boolean {
    const end = this.#ends[lastAtOrBefore(this.#ends, this.#ends.length, at)];
    if (end === undefined) return false;
    const newest = this.times[lastAtOrBefore(this.times, this.times.length, at)];
    return newest === undefined || newest < end;
  }

  /** No instant before `at` is asked for any more. The newest sample up to it stays. */
  forgetBefore(at: number): void {
    this.#drop(lastAtOrBefore(this.times, this.times.length, at));
    this.#forgotten = at;
  }

  /** Since when the newest value has stood, epoch ms; undefined without samples. */
  get unchangedSince(): number | undefined {
    return this.times.length === 0 ? undefined : this.#runStart;
  }

  #prune(): void {
    const newest = this.times.at(-1);
    if (newest === undefined) return;
    this.#drop(lastAtOrBefore(this.times, this.times.length, newest - this.#keepMs - 1) + 1);
  }

  /** The oldest samples, as many as `gone`. */
  #drop(gone: number): void {
    // In batches, so that a feed at 1 Hz does not shift its arrays at every sample.
    if (gone < 64) return;
    this.times.splice(0, gone);
    this.values.splice(0, gone);
  }
}
