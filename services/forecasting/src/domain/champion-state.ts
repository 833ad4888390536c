import type { Sla } from '@slicecast/contracts';
import {
  type CalibratorState,
  type FiveQuantiles,
  learn,
  probabilityAtMost,
  readQuantiles,
} from './calibrator.ts';
import type { WeightedOutcomes } from './change-outcomes.ts';
import type { Instant } from './instant.ts';
import { learnUnseen, outcomeScore } from './learn-unseen.ts';
import type { Estimate } from './models/model.ts';
import { memoryAt } from './residual-memory.ts';
import { type Champion, forecastWith, type TrainedModel } from './trained-model.ts';
import { mixedProbabilityAtMost, widenedQuantiles } from './widen-by-changes.ts';

/** A forecast whose target has not come yet. */
interface Waiting {
  readonly target: number;
  readonly middle: number;
  readonly quantiles: FiveQuantiles;
}

/** How the newest target came, as a normal score. */
interface Newest {
  readonly tick: number;
  readonly score: number;
}

/** JSON. */
export interface ChampionCheckpoint {
  readonly calibration: CalibratorState;
  readonly waiting: readonly Waiting[];
  /** Not in checkpoints of before it was kept. */
  readonly newest?: Newest;
}

/** A forecast on the KPI's scale. */
export interface ScaledForecast {
  readonly quantiles: FiveQuantiles;
  /** P(KPI > value) for `upper`, P(KPI ≤ value) for `lower`; the value on the KPI's scale. */
  probabilityBeyond(value: number, side: Sla['side']): number;
}

/** A KPI that comes later than this many horizons after its tick teaches nothing any more. */
const patienceHorizons = 4;

/** One champion at work on one slice: its forecasts, and what it learns from how they turn out. */
export class ChampionState {
  readonly #champion: Champion;
  readonly #model: TrainedModel;
  #calibration: CalibratorState;
  #waiting: Waiting[] = [];
  #newest: Newest | undefined;
  #last: { readonly instant: Instant; readonly estimate: Estimate } | undefined;

  constructor(model: TrainedModel, champion: Champion) {
    this.#model = model;
    this.#champion = champion;
    this.#calibration = champion.calibration.map((level) => [...level]);
  }

  get gated(): boolean {
    return this.#champion.scoreboard.gated;
  }

  get lookBackSteps(): number {
    return this.#champion.lookBackSteps;
  }

  /**
   * The forecast made at an instant; undefined when an input that it needs is missing. `outcomes` of past changes
   * widen a counterfactual one: its interval and P(violation) are never smaller than without them.
   */
  forecast(
    instant: Instant,
    widening: number,
    outcomes: readonly WeightedOutcomes[] = [],
  ): ScaledForecast | undefined {
    const { residuals } = this.#champion;
    const estimate = this.estimate(instant);
    if (!Number.isFinite(estimate.middle)) return undefined;
    const calibration = this.#calibration;
    const forecast = { residuals, calibration, estimate, outcomes, widening };
    return {
      quantiles: widenedQuantiles(forecast),
      probabilityBeyond(value, side) {
        const alone = probabilityAtMost(residuals, calibration, estimate, value, widening);
        const mixed = mixedProbabilityAtMost(forecast, value);
        return side === 'upper' ? 1 - Math.min(alone, mixed) : Math.max(alone, mixed);
      },
    };
  }

  /** Remembers the unwidened forecast of the flavor in force, to learn from it when its target comes. */
  await(instant: Instant): void {
    const estimate = this.estimate(instant);
    const { middle } = estimate;
    if (!Number.isFinite(middle)) return;
    const quantiles = readQuantiles(this.#champion.residuals, this.#calibration, estimate);
    const origin = instant.series.firstTick + instant.index;
    const { horizonSteps } = this.#model.basis;
    this.#waiting.push({ target: origin + horizonSteps, middle, quantiles });
    const oldest = origin - patienceHorizons * horizonSteps;
    if ((this.#waiting[0]?.target ?? oldest) < oldest) {
      this.#waiting = this.#waiting.filter(({ target }) => target >= oldest);
    }
  }

  /** The KPI of a tick came, on the KPI's scale. */
  learn(tick: number, actual: number): void {
    const index = this.#waiting.findIndex(({ target }) => target === tick);
    const [past] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (past === undefined || !Number.isFinite(actual)) return;
    if (tick >= (this.#newest?.tick ?? tick)) {
      this.#newest = { tick, score: outcomeScore(this.#learning, past, actual) };
    }
    learn(this.#champion.residuals, this.#calibration, past, actual);
  }

  /** What was forecast for this flavor will not come: another one is in force. */
  forgetWaiting(): void {
    if (this.#newest !== undefined) this.#learnUnseen(this.#newest);
    this.#waiting = [];
    this.#newest = undefined;
  }

  #learnUnseen({ tick, score }: Newest): void {
    const { horizonSteps } = this.#model.basis;
    for (const { target, middle } of this.#waiting) {
      // What lies further ahead is not unseen because of the change, but because no KPI came before it.
      if (target <= tick || target > tick + horizonSteps) continue;
      const correlation = memoryAt(this.#champion.memory ?? [], target - tick, horizonSteps);
      learnUnseen(this.#learning, middle, { score, correlation });
    }
  }

  checkpoint(): ChampionCheckpoint {
    return {
      calibration: this.#calibration.map((level) => [...level]),
      waiting: [...this.#waiting],
      ...(this.#newest === undefined ? {} : { newest: this.#newest }),
    };
  }

  restore(checkpoint: ChampionCheckpoint): void {
    this.#calibration = checkpoint.calibration.map((level) => [...level]);
    this.#waiting = [...checkpoint.waiting];
    this.#newest = checkpoint.newest;
  }

  get #learning() {
    const { residuals, calibration: trained } = this.#champion;
    return { residuals, state: this.#calibration, trained };
  }

  /** Asked twice of the tick that is published, worked out once. */
  estimate(instant: Instant): Estimate {
    if (this.#last?.instant !== instant) {
      this.#last = { instant, estimate: forecastWith(this.#champion, instant) };
    }
    return this.#last.estimate;
  }
}
