import type { Trace } from './trace.ts';

/** Seconds [start, end) in epoch seconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is recorded at one second: the flavor in force, and where in the load. */
export interface Moment {
  readonly flavorId: number;
  /** Row of flavor 1's trace; flavor 2's row is one less, for both replay one load. */
  readonly loadRow: number;
}

/** The load's cycle in seconds, by which the parts are set apart so that its phase goes on across them. */
const cycleSeconds = 3524 / 3;
const profileShare = 0.7;

/**
 * The recorded runs on one restamped clock: first flavor 1's profile, then flavor 2's, each the
 * first 70 % of its trace, then the live part, in which the flavor in force decides which trace
 * is seen. All three lie on the same phase of the load's cycle. Past its end the live part goes on
 * by whole cycles.
 */
export class Timeline {
  readonly profiles: ReadonlyMap<number, Span>;
  readonly live: Span;
  readonly #profileRows: number;
  readonly #lastRow: number;
  readonly #switches: { readonly from: number; readonly flavorId: number }[] = [];

  /** `liveStart`: epoch seconds at which the live part begins, in flavor 1. */
  constructor(traces: ReadonlyMap<number, Trace>, liveStart: number) {
    const rows = Math.min(...[...traces.values()].map((trace) => trace.rows));
    this.#profileRows = Math.floor(profileShare * rows);
    this.#lastRow = rows - 1;
    const apart = Math.ceil(this.#profileRows / cycleSeconds);
    const origin = (parts: number) =>
      liveStart - this.#profileRows - Math.round(parts * apart * cycleSeconds);
    const span = (start: number) => ({ start, end: start + this.#profileRows });
    this.profiles = new Map([
      [1, span(origin(2))],
      [2, span(origin(1))],
    ]);
    this.live = { start: liveStart, end: liveStart + this.#lastRow - this.#profileRows };
    this.#switches.push({ from: Number.NEGATIVE_INFINITY, flavorId: 1 });
  }

  /** From that second on the flavor's trace is what is seen. */
  switchTo(flavorId: number, from: number): void {
    this.#switches.push({ from, flavorId });
  }

  flavorAt(second: number): number {
    return this.#switches.findLast(({ from }) => from <= second)?.flavorId ?? 1;
  }

  /** Undefined in the gaps between the parts. */
  momentAt(second: number): Moment | undefined {
    for (const [flavorId, { start, end }] of this.profiles) {
      if (second >= start && second < end) return { flavorId, loadRow: second - start + 1 };
    }
    if (second < this.live.start) return undefined;
    const row = second - this.live.start + this.#profileRows + 1;
    return { flavorId: this.flavorAt(second), loadRow: this.#withinTrace(row) };
  }

  #withinTrace(row: number): number {
    const beyond = row - this.#lastRow;
    if (beyond <= 0) return row;
    const back = Math.ceil(beyond / cycleSeconds) * cycleSeconds;
    return Math.round(row - back);
  }
}

/** The row of a flavor's trace at a row of the load; the traces were begun a second apart. */
export function traceRow(flavorId: number, loadRow: number): number {
  return flavorId === 1 ? loadRow : loadRow - 1;
}
