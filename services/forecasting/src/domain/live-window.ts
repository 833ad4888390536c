import type { Series } from './series.ts';

/**
 * The newest cells of a live series, for reading as a `Series`: KPI on the model's scale and load.
 * Bounded: twice the window, moved back to the front when full, so that adding a tick costs O(1).
 */
export class LiveWindow {
  readonly #keep: number;
  readonly #kpi: Float64Array;
  readonly #load: Float64Array;
  readonly #phase: Float64Array;
  #firstTick = 0;
  #length = 0;
  /** Undefined when a tick came since it was asked for. */
  #series: Series | undefined;

  /** `windowTicks`: how far back a forecast looks. */
  constructor(windowTicks: number) {
    this.#keep = windowTicks + 1;
    this.#kpi = new Float64Array(2 * this.#keep);
    this.#load = new Float64Array(2 * this.#keep);
    this.#phase = new Float64Array(2 * this.#keep);
  }

  get series(): Series {
    this.#series ??= {
      firstTick: this.#firstTick,
      length: this.#length,
      kpi: this.#kpi.subarray(0, this.#length),
      load: this.#load.subarray(0, this.#length),
      phase: this.#phase.subarray(0, this.#length),
    };
    return this.#series;
  }

  get lastTick(): number | undefined {
    return this.#length === 0 ? undefined : this.#firstTick + this.#length - 1;
  }

  /** Appends a later tick; ticks in between that never came are empty. */
  append(tick: number, kpi: number, load: number): void {
    this.#series = undefined;
    const last = this.lastTick;
    if (last === undefined || tick - last > this.#keep) {
      this.#firstTick = tick;
      this.#length = 0;
    } else {
      for (let missing = last + 1; missing < tick; missing += 1) this.#push(Number.NaN, Number.NaN);
    }
    this.#push(kpi, load);
  }

  /** Sets where in the cycle the newest tick is. */
  setPhase(phase: number): void {
    this.#phase[this.#length - 1] = phase;
  }

  /** Sets the KPI of a tick in the window; one that has left it is of no use any more. */
  setKpi(tick: number, kpi: number): void {
    const index = tick - this.#firstTick;
    if (index >= 0 && index < this.#length) this.#kpi[index] = kpi;
  }

  /** Forgets the KPI's past: it belongs to another flavor. */
  forgetKpi(): void {
    this.#kpi.fill(Number.NaN, 0, this.#length);
  }

  #push(kpi: number, load: number): void {
    if (this.#length === this.#kpi.length) this.#moveBack();
    this.#kpi[this.#length] = kpi;
    this.#load[this.#length] = load;
    this.#phase[this.#length] = Number.NaN;
    this.#length += 1;
  }

  #moveBack(): void {
    const gone = this.#length - this.#keep + 1;
    this.#kpi.copyWithin(0, gone, this.#length);
    this.#load.copyWithin(0, gone, this.#length);
    this.#phase.copyWithin(0, gone, this.#length);
    this.#firstTick += gone;
    this.#length -= gone;
  }
}
