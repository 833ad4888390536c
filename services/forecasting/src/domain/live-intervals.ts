import type { Sla } from '@slicecast/contracts';
import {
  type CalibratorState,
  type FiveQuantiles,
  learn,
  probabilityAtMost,
  readQuantiles,
} from './calibrator.ts';
import type { WeightedOutcomes } from './change-outcomes.ts';
import { learnUnseen, outcomeScore } from './learn-unseen.ts';
import type { Estimate } from './models/model.ts';
import { memoryAt } from './residual-memory.ts';
import type { TrainedIntervals } from './trained-intervals.ts';
import { mixedProbabilityAtMost, widenedQuantiles } from './widen-by-changes.ts';

/** A forecast on the KPI's scale. */
export interface ScaledForecast {
  readonly quantiles: FiveQuantiles;
  /** P(KPI > value) for `upper`, P(KPI ≤ value) for `lower`; the value on the KPI's scale. */
  probabilityBeyond(value: number, side: Sla['side']): number;
}

/** A forecast whose target has not come yet. */
export interface Awaited {
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
export interface IntervalsCheckpoint {
  readonly calibration: CalibratorState;
  /** Not in checkpoints of before it was kept. */
  readonly newest?: Newest;
}

/** One forecaster's distribution at work, and what it learns from how its forecasts turn out. */
export class LiveIntervals {
  readonly #trained: TrainedIntervals;
  #calibration: CalibratorState;
  #newest: Newest | undefined;

  constructor(trained: TrainedIntervals, checkpoint?: IntervalsCheckpoint) {
    this.#trained = trained;
    this.#calibration = copyOf(checkpoint?.calibration ?? trained.calibration);
    this.#newest = checkpoint?.newest;
  }

  /** `outcomes` of past changes widen a counterfactual one: never smaller than without them. */
  forecast(
    estimate: Estimate,
    widening: number,
    outcomes: readonly WeightedOutcomes[],
  ): ScaledForecast {
    const { residuals } = this.#trained;
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

  /** To learn from. */
  quantiles(estimate: Estimate): FiveQuantiles {
    return readQuantiles(this.#trained.residuals, this.#calibration, estimate);
  }

  /** The KPI of a tick came, on the KPI's scale. */
  learn(tick: number, past: Awaited, actual: number): void {
    if (tick >= (this.#newest?.tick ?? tick)) {
      this.#newest = { tick, score: outcomeScore(this.#learning, past, actual) };
    }
    learn(this.#trained.residuals, this.#calibration, past, actual);
  }

  /** The targets will not come: another flavor is in force. */
  learnUnseen(waiting: readonly Awaited[], horizonSteps: number): void {
    if (this.#newest === undefined) return;
    const { tick, score } = this.#newest;
    for (const { target, middle } of waiting) {
      // What lies further ahead is not unseen because of the change, but because no KPI came before it.
      if (target <= tick || target > tick + horizonSteps) continue;
      const correlation = memoryAt(this.#trained.memory ?? [], target - tick, horizonSteps);
      learnUnseen(this.#learning, middle, { score, correlation });
    }
    this.#newest = undefined;
  }

  checkpoint(): IntervalsCheckpoint {
    return {
      calibration: copyOf(this.#calibration),
      ...(this.#newest === undefined ? {} : { newest: this.#newest }),
    };
  }

  get #learning() {
    const { residuals, calibration: trained } = this.#trained;
    return { residuals, state: this.#calibration, trained };
  }
}

function copyOf(state: CalibratorState): CalibratorState {
  return state.map((level) => [...level]);
}
