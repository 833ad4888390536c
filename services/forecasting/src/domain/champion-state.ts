import {
  type CalibratorState,
  type FiveQuantiles,
  learn,
  probabilityAtMost,
  quantilesOf,
  startCalibrator,
} from './calibrator.ts';
import type { Series } from './series.ts';
import { type Champion, forecastWith, type TrainedModel } from './trained-model.ts';

/** A forecast whose target has not come yet. */
interface Waiting {
  readonly target: number;
  readonly forecast: number;
  readonly quantiles: FiveQuantiles;
}

/** JSON. */
export interface ChampionCheckpoint {
  readonly calibration: CalibratorState;
  readonly waiting: readonly Waiting[];
}

/** A forecast on the KPI's scale. */
export interface ScaledForecast {
  readonly quantiles: FiveQuantiles;
  /** P(KPI ≤ value), the value on the KPI's scale. */
  probabilityAtMost(value: number): number;
}

/** A KPI that comes later than this many horizons after its tick teaches nothing any more. */
const patienceHorizons = 4;

/** One champion at work on one slice: its forecasts, and what it learns from how they turn out. */
export class ChampionState {
  readonly #champion: Champion;
  readonly #model: TrainedModel;
  #calibration: CalibratorState;
  #waiting: Waiting[] = [];

  constructor(model: TrainedModel, champion: Champion) {
    this.#model = model;
    this.#champion = champion;
    this.#calibration = startCalibrator(champion.residuals);
  }

  get gated(): boolean {
    return this.#champion.scoreboard.gated;
  }

  get lookBackSteps(): number {
    return this.#champion.lookBackSteps;
  }

  /** The forecast made at `index`; undefined when an input that it needs is missing. */
  forecast(series: Series, index: number, widening: number): ScaledForecast | undefined {
    const { residuals } = this.#champion;
    const forecast = forecastWith(this.#champion, this.#model.basis, series, index);
    if (!Number.isFinite(forecast)) return undefined;
    const calibration = this.#calibration;
    return {
      quantiles: quantilesOf(residuals, calibration, forecast, widening),
      probabilityAtMost: (value) =>
        probabilityAtMost(residuals, calibration, forecast, value, widening),
    };
  }

  /** Remembers the unwidened forecast of the flavor in force, to learn from it when its target comes. */
  await(series: Series, index: number): void {
    const forecast = forecastWith(this.#champion, this.#model.basis, series, index);
    if (!Number.isFinite(forecast)) return;
    const quantiles = quantilesOf(this.#champion.residuals, this.#calibration, forecast);
    const origin = series.firstTick + index;
    const { horizonSteps } = this.#model.basis;
    this.#waiting.push({ target: origin + horizonSteps, forecast, quantiles });
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
    learn(this.#champion.residuals, this.#calibration, past.forecast, past.quantiles, actual);
  }

  /** What was forecast for this flavor will not come: another one is in force. */
  forgetWaiting(): void {
    this.#waiting = [];
  }

  checkpoint(): ChampionCheckpoint {
    return {
      calibration: this.#calibration.map((level) => [...level]),
      waiting: [...this.#waiting],
    };
  }

  restore(checkpoint: ChampionCheckpoint): void {
    this.#calibration = checkpoint.calibration.map((level) => [...level]);
    this.#waiting = [...checkpoint.waiting];
  }
}
