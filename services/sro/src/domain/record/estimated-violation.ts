/** Seconds that are expected to violate where nothing was observed. */
export interface EstimatedSeconds {
  readonly low: number;
  readonly mid: number;
  readonly high: number;
}

/**
 * Were all forecasts wrong to the same side, a share of .1 of the outcomes would lie below the seconds
 * whose 10 % quantile violates, and as many above those whose 90 % quantile does.
 */
const surely = 0.9;
const perhaps = 0.1;
const unknown = 0.5;

/**
 * Adds up ticks by the P(violation) that was forecast for each. Where nothing was forecast either, nothing is
 * known: such a tick is not among the low, wholly among the high, and by half in the middle.
 */
export class ViolationEstimate {
  #low = 0;
  #mid = 0;
  #high = 0;

  add(violationProbability: number | undefined, seconds: number): void {
    if (violationProbability === undefined) {
      this.#mid += unknown * seconds;
      this.#high += seconds;
      return;
    }
    this.#mid += violationProbability * seconds;
    if (violationProbability >= surely) this.#low += seconds;
    if (violationProbability >= perhaps) this.#high += seconds;
  }

  get seconds(): EstimatedSeconds {
    const [low, mid, high] = [this.#low, this.#mid, this.#high];
    return { low: Math.min(low, mid), mid, high: Math.max(high, mid) };
  }
}
