import type { SliceForecast } from '@slicecast/contracts';
import { type LiveFigures, NewestOutcomes, type Outcome } from './newest-outcomes.ts';

interface Waiting {
  readonly quantiles: SliceForecast['forecasts'][number]['quantiles'];
  /** The newest KPI that was known when the forecast was made. */
  readonly persistence: number;
}

/** Scores forecasts when their targets come; bounded by the horizon and by what `NewestOutcomes` keeps. */
export class LiveScore {
  readonly #tickOf: (at: number) => number;
  /** By target tick, ascending. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #outcomes = new NewestOutcomes();
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
    this.#outcomes.add(outcome);
    return outcome;
  }

  figures(): LiveFigures | null {
    return this.#outcomes.figures();
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
