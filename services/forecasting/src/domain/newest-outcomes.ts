/** How the forecasts of the flavor in force turned out, over the newest ticks that have a KPI. */
export interface LiveFigures {
  readonly ticks: number;
  /** In the KPI's unit. */
  readonly mae: number;
  readonly persistenceMae: number;
  readonly coverage80: number;
  readonly coverage95: number;
}

/** How one forecast turned out; errors are absolute, in the KPI's unit. */
export interface Outcome {
  readonly error: number;
  readonly persistenceError: number;
  readonly in80: boolean;
  readonly in95: boolean;
}

const newestTicks = 3600;
/** Error, persistence' error, and whether the KPI lay within each interval. */
const cellsAnOutcome = 4;
const firstRoom = 64;

/** The newest 3,600 outcomes, in 115 kB at the most: as objects those of a thousand slices would fill gigabytes. */
export class NewestOutcomes {
  #cells = new Float64Array(firstRoom * cellsAnOutcome);
  #count = 0;
  /** Where the next one goes. */
  #next = 0;

  add({ error, persistenceError, in80, in95 }: Outcome): void {
    if (this.#next === newestTicks) this.#next = 0;
    const offset = this.#next * cellsAnOutcome;
    if (offset === this.#cells.length) this.#grow();
    this.#cells[offset] = error;
    this.#cells[offset + 1] = persistenceError;
    this.#cells[offset + 2] = Number(in80);
    this.#cells[offset + 3] = Number(in95);
    this.#next += 1;
    this.#count = Math.max(this.#count, this.#next);
  }

  /** Null before the first one. O(outcomes). */
  figures(): LiveFigures | null {
    if (this.#count === 0) return null;
    return {
      ticks: this.#count,
      mae: this.#mean(0),
      persistenceMae: this.#mean(1),
      coverage80: this.#mean(2),
      coverage95: this.#mean(3),
    };
  }

  #mean(cell: number): number {
    let sum = 0;
    for (let i = cell; i < this.#count * cellsAnOutcome; i += cellsAnOutcome) {
      sum += this.#cells[i] as number;
    }
    return sum / this.#count;
  }

  #grow(): void {
    const cells = new Float64Array(Math.min(2 * this.#cells.length, newestTicks * cellsAnOutcome));
    cells.set(this.#cells);
    this.#cells = cells;
  }
}
