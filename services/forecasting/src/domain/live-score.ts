import type { SliceForecast } from '@slicecast/contracts';

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

interface Waiting {
  readonly quantiles: SliceForecast['forecasts'][number]['quantiles'];
  /** The newest KPI that was known when the forecast was made. */
  readonly persistence: number;
}

const newestTicks = 3600;

/** Scores forecasts when their targets come; bounded by the horizon and `newestTicks`. */
export class LiveScore {
  readonly #tickOf: (at: number) => number;
  /** By target tick, ascending. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #outcomes: Outcome[] = [];
  #flavorInForce: number | undefined;
  #newestKpi: { readonly at: number; readonly kpi: number } | undefined;

  constructor(stepMs: number) {
    this.#tickOf = (at) => Math.ceil(at / stepMs);
  }

  /** After the tick's own KPI, if it is in, was `observed`. */
  published(message: SliceForecast): void {
    this.#changeFlavor(message);
    const own = message.forecasts.find(({ counterfactual }) => !counterfactual);
    if (own === undefined) return;
    const horizonMs = own.horizonSeconds * 1000;
    // A KPI may come late, but not later than another horizon.
    const oldest = this.#tickOf(message.at - horizonMs);
    for (const target of this.#waiting.keys()) {
      if (target >= oldest) break;
      this.#waiting.delete(target);
    }
    const persistence = message.observedKpi ?? this.#newestKpi?.kpi;
    if (persistence === undefined) return;
    const { quantiles } = own;
    this.#waiting.set(this.#tickOf(message.at + horizonMs), { quantiles, persistence });
  }

  /** Undefined when nothing was forecast for the tick. */
  observed(at: number, kpi: number): Outcome | undefined {
    if (at >= (this.#newestKpi?.at ?? at)) this.#newestKpi = { at, kpi };
    const target = this.#tickOf(at);
    const waiting = this.#waiting.get(target);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(target);
    const { q025, q10, q50, q90, q975 } = waiting.quantiles;
    const outcome = {
      error: Math.abs(q50 - kpi),
      persistenceError: Math.abs(waiting.persistence - kpi),
      in80: kpi >= q10 && kpi <= q90,
      in95: kpi >= q025 && kpi <= q975,
    };
    this.#outcomes.push(outcome);
    if (this.#outcomes.length > 2 * newestTicks) this.#outcomes.splice(0, newestTicks);
    return outcome;
  }

  figures(): LiveFigures | null {
    const newest = this.#outcomes.slice(-newestTicks);
    const ticks = newest.length;
    if (ticks === 0) return null;
    const mean = (of: (outcome: Outcome) => number) =>
      newest.reduce((sum, outcome) => sum + of(outcome), 0) / ticks;
    return {
      ticks,
      mae: mean(({ error }) => error),
      persistenceMae: mean(({ persistenceError }) => persistenceError),
      coverage80: mean(({ in80 }) => Number(in80)),
      coverage95: mean(({ in95 }) => Number(in95)),
    };
  }

  /** What was forecast under another flavor will not come, and its KPI is no baseline for this one. */
  #changeFlavor({ at, flavorInForce }: SliceForecast): void {
    const before = this.#flavorInForce;
    this.#flavorInForce = flavorInForce;
    if (before === undefined || before === flavorInForce) return;
    this.#waiting.clear();
    if ((this.#newestKpi?.at ?? at) < at) this.#newestKpi = undefined;
  }
}
