import type { Flavor, PredictivePolicy } from '@slicecast/contracts';
import { type Static, Type } from 'typebox';
import {
  advanceWindow,
  coverage,
  emptyWindow,
  gainVotes,
  newestPeak,
  ViolationWindow,
  votes,
} from '../violation-window.ts';
import type { RuleInput } from './policy-rule.ts';

/** One window a flavor, by its id. */
export const Outlooks = Type.Object({ windows: Type.Record(Type.String(), ViolationWindow) });
export type Outlooks = Static<typeof Outlooks>;

type Votes = NonNullable<PredictivePolicy['up']>;

/** A predictive policy with its defaults filled in. */
export interface Settings {
  readonly up: Votes;
  readonly down: Votes;
  readonly acceptable: number;
  readonly leastCoverageRatio: number;
  readonly leastGain: number;
}

/** What is expected of a flavor whose model is in charge and spoke at this tick. */
export interface Outlook {
  readonly flavor: Flavor;
  /** Highest P(violation) over the instants that a change decided now can affect. */
  readonly peak: number;
  readonly votesUp: number;
  readonly votesDown: number;
  /** Of the ticks that `up` and `down` look at: those with a P(violation) lower than on the flavor in force by the least gain. */
  readonly gainsUp: number;
  readonly gainsDown: number;
  /** Whether enough of the instants up to the horizon have been forecast. */
  readonly covered: boolean;
}

/** Takes a tick's forecasts into the windows; those of a model without skill stay out. */
export function observeOutlooks(input: RuleInput, settings: Settings, past: Outlooks): Outlooks {
  const known = new Set(input.slice.flavors.map((flavor) => String(flavor.id)));
  const windows = Object.fromEntries(
    Object.entries(past.windows).filter(([flavorId]) => known.has(flavorId)),
  );
  for (const forecast of input.forecast.forecasts) {
    const id = String(forecast.flavorId);
    if (!forecast.gated || !known.has(id)) continue;
    windows[id] = advanceWindow(windows[id] ?? emptyWindow, {
      ...timing(input, forecast.horizonSeconds),
      probability: forecast.violationProbability,
      votes: Math.max(settings.up.n, settings.down.n),
    });
  }
  return { windows };
}

/** The flavors that may be judged at this tick. */
export function outlooksOf(input: RuleInput, settings: Settings, { windows }: Outlooks): Outlook[] {
  const { up, down, leastGain: gain } = settings;
  const inForce = windows[String(input.slice.flavorInForce)] ?? emptyWindow;
  return input.forecast.forecasts.flatMap((forecast) => {
    const flavor = input.slice.flavors.find((each) => each.id === forecast.flavorId);
    const window = windows[String(forecast.flavorId)];
    if (!forecast.gated || flavor === undefined || window === undefined) return [];
    const peak = newestPeak(window);
    if (peak === null) return [];
    const time = timing(input, forecast.horizonSeconds);
    return {
      flavor,
      peak,
      votesUp: votes(window, { ...time, n: up.n }, (each) => each > up.probability),
      votesDown: votes(window, { ...time, n: down.n }, (each) => each < down.probability),
      gainsUp: gainVotes(window, inForce, { ...time, n: up.n, gain }),
      gainsDown: gainVotes(window, inForce, { ...time, n: down.n, gain }),
      covered: coverage(window, time) >= settings.leastCoverageRatio,
    };
  });
}

/** The lowest price, then the lowest P(violation), then the lowest id. */
export function cheapest(outlooks: readonly Outlook[]): Outlook | undefined {
  return [...outlooks].sort(
    (a, b) =>
      a.flavor.pricePerHour - b.flavor.pricePerHour || a.peak - b.peak || a.flavor.id - b.flavor.id,
  )[0];
}

function timing(input: RuleInput, horizonSeconds: number) {
  return {
    at: input.forecast.at,
    stepMs: input.slice.stepMs,
    horizonMs: horizonSeconds * 1000,
    effectMs: input.effectSeconds * 1000,
  };
}
