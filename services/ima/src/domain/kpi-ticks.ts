import { futureToleranceMs } from './series-buffer.ts';
import { type TickGrid, tickAtOrAfter } from './ticks.ts';

/** Where a KPI value goes: into the row of its tick, or after it as a message of its own. */
export type KpiIntake = 'row' | 'late' | 'duplicate' | 'too-old' | 'from-the-future' | 'not-finite';

/** What the record holds of the slice when its feed begins. */
export interface KpiPast {
  /** Ticks up to this one have their rows, or never will. */
  readonly closedUntil: number;
  /** The oldest tick that has a row; a KPI before it belongs to none. */
  readonly firstRow: number;
  /** Ticks that have their KPI. */
  readonly recorded: Iterable<number>;
}

/** A KPI that comes later than this behind the newest closed tick is refused: no forecast waits for it any more. */
const lateToleranceMs = 600_000;

/**
 * The live KPI by tick: the value of tick T is the newest one in (T − step, T]. Values wait for their
 * row; what comes after its row was closed is `late`, once a tick.
 */
export class KpiTicks {
  readonly #grid: TickGrid;
  readonly #waiting = new Map<number, { at: number; value: number }>();
  /** Ticks whose KPI is already in the record. */
  readonly #recorded = new Set<number>();
  readonly #firstRow: number;
  #closedUntil: number;

  constructor(grid: TickGrid, past: KpiPast) {
    this.#grid = grid;
    this.#closedUntil = past.closedUntil;
    this.#firstRow = past.firstRow;
    for (const tick of past.recorded) this.#recorded.add(tick);
  }

  tickOf(at: number): number {
    return tickAtOrAfter(at, this.#grid);
  }

  add(at: number, value: number, now: number): KpiIntake {
    if (!Number.isFinite(value)) return 'not-finite';
    if (at > now + futureToleranceMs) return 'from-the-future';
    if (at < this.#closedUntil - lateToleranceMs) return 'too-old';
    const tick = this.tickOf(at);
    if (tick < this.#firstRow) return 'too-old';
    if (tick <= this.#closedUntil) return this.#late(tick);
    const known = this.#waiting.get(tick);
    if (known !== undefined && known.at >= at) return 'duplicate';
    this.#waiting.set(tick, { at, value });
    return 'row';
  }

  /** Closes the tick: gives its KPI, if it is in, and forgets what is too old to matter. */
  close(tick: number): number | undefined {
    const value = this.#waiting.get(tick)?.value;
    this.#closedUntil = Math.max(this.#closedUntil, tick);
    if (value !== undefined) this.#recorded.add(tick);
    for (const waiting of this.#waiting.keys()) if (waiting <= tick) this.#waiting.delete(waiting);
    for (const known of this.#recorded) {
      if (known >= tick - lateToleranceMs - this.#grid.stepMs) break;
      this.#recorded.delete(known);
    }
    return value;
  }

  has(tick: number): boolean {
    return this.#waiting.has(tick) || this.#recorded.has(tick);
  }

  #late(tick: number): KpiIntake {
    if (this.#recorded.has(tick)) return 'duplicate';
    this.#recorded.add(tick);
    return 'late';
  }
}
