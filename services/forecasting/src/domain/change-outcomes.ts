/** A counterfactual forecast whose target has not come yet. */
interface Awaited {
  readonly target: number;
  readonly middle: number;
}

/** How the counterfactual forecasts made before one change turned out. */
interface Change {
  readonly tick: number;
  /** actual − middle on the KPI's scale, at targets evenly over the horizon after the change. */
  readonly residuals: readonly number[];
}

/** JSON. */
export interface ChangeCheckpoint {
  readonly awaited: readonly Awaited[];
  readonly changes: readonly Change[];
}

/** The outcomes after one change, and how much they weigh beside the model's own residuals, which weigh 1. */
export interface WeightedOutcomes {
  /** Ascending. */
  readonly residuals: readonly number[];
  readonly weight: number;
}

const mostChanges = 16;
/** Neighbouring targets tell the same: so many of a change are kept. */
const mostResiduals = 16;
/**
 * In which the weight of a change halves: were it to stay, one bad change to a flavor would keep the slice
 * from ever trying it again. Changes that follow the time of day are still felt the day after.
 */
const halfLifeHours = 24;

/**
 * What came of the forecasts for one flavor that were made under another: at a change to it, the targets still
 * ahead are seen after all. What a change of flavor does to the load itself (clients that back off
 * from a small one come back) shows there and in no profile. Bounded.
 */
export class ChangeOutcomes {
  readonly #horizonSteps: number;
  readonly #stepMs: number;
  /** Ascending. */
  #awaited: Awaited[] = [];
  #changes: Change[] = [];
  /** What `weighted` gave last; undefined when something came since. */
  #last: { readonly hour: number; readonly outcomes: readonly WeightedOutcomes[] } | undefined;

  constructor({ horizonSteps, stepMs }: { horizonSteps: number; stepMs: number }) {
    this.#horizonSteps = horizonSteps;
    this.#stepMs = stepMs;
  }

  /** A forecast was published at a tick while another flavor was in force. */
  await(tick: number, middle: number): void {
    while ((this.#awaited[0]?.target ?? tick + 1) <= tick) this.#awaited.shift();
    this.#awaited.push({ target: tick + this.#horizonSteps, middle });
  }

  /** This flavor came in force at a tick. */
  begin(tick: number): void {
    this.#awaited = this.#awaited.filter(({ target }) => target >= tick);
    this.#changes = [...this.#changes, { tick, residuals: [] }].slice(-mostChanges);
    this.#last = undefined;
  }

  /** The KPI of a tick came while this flavor was in force, on the KPI's scale. */
  observe(tick: number, actual: number): void {
    const change = this.#changes.at(-1);
    const index = this.#awaited.findIndex(({ target }) => target === tick);
    const [awaited] = index < 0 ? [] : this.#awaited.splice(index, 1);
    if (awaited === undefined || change === undefined) return;
    if ((tick - change.tick) % Math.ceil(this.#horizonSteps / mostResiduals) !== 0) return;
    const residual = actual - awaited.middle;
    if (!Number.isFinite(residual)) return;
    const residuals = [...change.residuals, residual];
    this.#changes = [...this.#changes.slice(0, -1), { ...change, residuals }];
    this.#last = undefined;
  }

  /** As of a tick; the same array as long as nothing came and the hour is the same. */
  weighted(tick: number): readonly WeightedOutcomes[] {
    const hour = this.#hourOf(tick);
    if (this.#last?.hour !== hour) {
      const outcomes = this.#changes.flatMap(({ tick: at, residuals }) => {
        const weight = 0.5 ** ((hour - this.#hourOf(at)) / halfLifeHours);
        const ascending = residuals.toSorted((a, b) => a - b);
        return residuals.length === 0 ? [] : [{ residuals: ascending, weight }];
      });
      this.#last = { hour, outcomes };
    }
    return this.#last.outcomes;
  }

  checkpoint(): ChangeCheckpoint {
    return { awaited: [...this.#awaited], changes: [...this.#changes] };
  }

  restore({ awaited, changes }: ChangeCheckpoint): void {
    this.#awaited = [...awaited];
    this.#changes = [...changes];
    this.#last = undefined;
  }

  #hourOf(tick: number): number {
    return Math.floor((tick * this.#stepMs) / 3_600_000);
  }
}
