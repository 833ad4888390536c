import type { SliceForecast } from '@slicecast/contracts';

/** How the published forecasts of the flavor in force turned out, over the newest ticks that have a KPI. */
export interface LiveFigures {
  readonly ticks: number;
  /** In the KPI's unit. */
  readonly mae: number;
  readonly persistenceMae: number;
  readonly coverage80: number;
  readonly coverage95: number;
}

interface Outcome {
  readonly error: number;
  readonly persistenceError: number;
  readonly in80: boolean;
  readonly in95: boolean;
}

const newestTicks = 3600;

/** Scores forecasts when their targets come; bounded by the horizon and `newestTicks`. */
export class LiveScore {
  readonly #waiting = new Map<number, { flavorId: number; message: SliceForecast }>();
  readonly #outcomes: Outcome[] = [];

  published(message: SliceForecast): void {
    const own = message.forecasts.find(({ counterfactual }) => !counterfactual);
    if (own === undefined || message.observedKpi === null) return;
    const target = message.at + own.horizonSeconds * 1000;
    this.#waiting.set(target, { flavorId: own.flavorId, message });
    for (const waiting of this.#waiting.keys()) {
      if (waiting >= message.at) break;
      this.#waiting.delete(waiting);
    }
  }

  /** Undefined when nothing was forecast for the instant, or for another flavor. */
  observed(at: number, flavorInForce: number, kpi: number): Outcome | undefined {
    const waiting = this.#waiting.get(at);
    this.#waiting.delete(at);
    if (waiting === undefined || waiting.flavorId !== flavorInForce) return undefined;
    const { message } = waiting;
    const own = message.forecasts.find(({ counterfactual }) => !counterfactual);
    if (own === undefined || message.observedKpi === null) return undefined;
    const { q025, q10, q50, q90, q975 } = own.quantiles;
    const outcome = {
      error: Math.abs(q50 - kpi),
      persistenceError: Math.abs(message.observedKpi - kpi),
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
}
