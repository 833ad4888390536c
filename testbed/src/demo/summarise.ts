import type { Recording } from '../recorded-prometheus/recording.ts';
import type { ReceivedCallback } from './callback-receiver.ts';
import type { ProfiledFlavor } from './profile-flavor.ts';
import type { Tick } from './step-through.ts';

export interface FlavorSummary {
  /** Mean absolute error of the published medians over the mean KPI, in force and as a candidate. */
  readonly nmae: number;
  readonly persistenceNmae: number;
  /** The same over the ticks in force alone, where the KPI's past was known; null when it never was. */
  readonly nmaeInForce: number | null;
  readonly persistenceNmaeInForce: number | null;
  readonly coverage80: number;
  readonly model: string;
  readonly trainingSeconds: number;
  /** Names of the features' metrics. */
  readonly features: readonly string[];
  readonly refused: Readonly<Record<string, number>>;
}

export interface ChangeSummary {
  readonly second: number;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  readonly leadTimeSeconds: number | null;
  readonly numbers: Readonly<Record<string, number | null>>;
}

export interface Summary {
  readonly flavors: Readonly<Record<string, FlavorSummary>>;
  readonly changes: readonly ChangeSummary[];
  readonly callbacks: readonly ReceivedCallback[];
  /** Seconds with the KPI beyond the bound, of the live part. */
  readonly violationSeconds: { slicecast: number; smallOnly: number; largeOnly: number };
  /** Flavor-seconds by price. */
  readonly cost: { slicecast: number; smallOnly: number; largeOnly: number };
  readonly ticks: number;
  readonly proposedKpiQuery: string | null;
  /** Wall time of the whole demo. */
  readonly seconds: number;
}

export interface Outcome {
  readonly recording: Recording;
  readonly bound: number;
  readonly prices: ReadonlyMap<number, number>;
  readonly profiled: readonly ProfiledFlavor[];
  readonly ticks: readonly Tick[];
  readonly callbacks: readonly ReceivedCallback[];
  readonly proposedKpiQuery: string | null;
  readonly seconds: number;
}

export function summarise(outcome: Outcome): Summary {
  const { ticks, recording, bound, prices } = outcome;
  const violations = (flavorOf: (tick: Tick) => number) =>
    ticks.filter((tick) => (recording.kpiUnder(flavorOf(tick), tick.second) ?? 0) > bound).length;
  const cost = (flavorOf: (tick: Tick) => number) =>
    ticks.reduce((sum, tick) => sum + (prices.get(flavorOf(tick)) ?? 0), 0);
  const inForce = (tick: Tick) => tick.flavorInForce;
  return {
    flavors: Object.fromEntries(
      outcome.profiled.map((profiled) => [profiled.flavorId, summariseFlavor(outcome, profiled)]),
    ),
    changes: ticks
      .filter(({ decision }) => decision.action === 'change')
      .map(({ second, decision }) => ({
        second,
        from: decision.fromFlavor,
        to: decision.toFlavor,
        reason: decision.reason,
        leadTimeSeconds: decision.leadTimeSeconds,
        numbers: decision.numbers,
      })),
    callbacks: outcome.callbacks,
    violationSeconds: {
      slicecast: violations(inForce),
      smallOnly: violations(() => 1),
      largeOnly: violations(() => 2),
    },
    cost: { slicecast: cost(inForce), smallOnly: cost(() => 1), largeOnly: cost(() => 2) },
    ticks: ticks.length,
    proposedKpiQuery: outcome.proposedKpiQuery,
    seconds: outcome.seconds,
  };
}

function summariseFlavor(
  { recording, ticks }: Outcome,
  { flavorId, model, selection }: ProfiledFlavor,
): FlavorSummary {
  const all = new Errors();
  const own = new Errors();
  for (const { second, forecast, flavorInForce } of ticks) {
    const made = forecast.forecasts.find((one) => one.flavorId === flavorId);
    const now = recording.kpiUnder(flavorId, second);
    if (made === undefined || now === undefined) continue;
    const actual = recording.kpiUnder(flavorId, second + made.horizonSeconds);
    if (actual === undefined) continue;
    const inside = actual >= made.quantiles.q10 && actual <= made.quantiles.q90;
    all.add(made.quantiles.q50, now, actual, inside);
    if (flavorInForce === flavorId) own.add(made.quantiles.q50, now, actual, inside);
  }
  return {
    nmae: all.nmae,
    persistenceNmae: all.persistenceNmae,
    nmaeInForce: own.count === 0 ? null : own.nmae,
    persistenceNmaeInForce: own.count === 0 ? null : own.persistenceNmae,
    coverage80: all.inside / all.count,
    model: model.liveKpi.champion,
    trainingSeconds: model.trainingSeconds,
    features: selection.features.map(({ feature }) => feature.labels.__name__ ?? ''),
    refused: selection.refusedCounts,
  };
}

class Errors {
  count = 0;
  inside = 0;
  #error = 0;
  #persistence = 0;
  #actual = 0;

  add(forecast: number, now: number, actual: number, inside: boolean): void {
    this.count += 1;
    this.inside += inside ? 1 : 0;
    this.#error += Math.abs(forecast - actual);
    this.#persistence += Math.abs(now - actual);
    this.#actual += actual;
  }

  get nmae(): number {
    return this.#error / this.#actual;
  }

  get persistenceNmae(): number {
    return this.#persistence / this.#actual;
  }
}
