import type { PredictivePolicy, Reason } from '@slicecast/contracts';
import {
  cheapest,
  type Outlook,
  Outlooks,
  observeOutlooks,
  outlooksOf,
  type Settings,
} from './flavor-outlook.ts';
import { definePolicy, type Numbers, type Outcome, type RuleInput } from './policy-rule.ts';

/** They hold on the recorded traces (`test/domain/closed-loop.test.ts`); the reason stands by each. */
export const predictiveDefaults = {
  /** A flavor is left when its P(violation) is above .20 in 3 of 5 ticks: two ticks of noise move nothing. */
  up: { probability: 0.2, m: 3, n: 5 },
  /** A cheaper flavor must stay below .15 in 5 of 5: a wrong way down costs violations and a change back. */
  down: { probability: 0.15, m: 5, n: 5 },
  /** What a flavor may have at most to be chosen: not above `down`, or it would be left again at once. */
  acceptableViolationProbability: 0.15,
  /** Share of the instants up to the horizon that must have been forecast before the way down is trusted. */
  leastCoverageRatio: 0.8,
  /**
   * Where no flavor is acceptable, a change must lower P(violation) by so much to be worth its risk. The
   * highest of 28 forecasts of one flavor moves by .06 to .09 between champions and from tick to tick.
   */
  leastGain: 0.1,
} as const;

/**
 * The default rule: the cheapest flavor whose P(violation) is acceptable, up fast and down slow.
 * P(violation) of a flavor is the highest over the instants from where a change decided now takes
 * effect to the horizon, read from the forecasts of the last horizon.
 */
export const predictive = definePolicy<PredictivePolicy, typeof Outlooks>({
  kind: 'predictive',
  goesBy: 'forecast',
  limits: {
    /** One up right after another change is a sign of noise, not of load. */
    cooldownUpSeconds: 10,
    /** Load that has just risen may rise again: a minute on the dearer flavor costs less than the way back. */
    cooldownDownSeconds: 60,
    /** A load cycle needs two changes: six cycles an hour. */
    maxChangesPerHour: 12,
  },
  memory: Outlooks,
  start: () => ({ windows: {} }),
  observe: (input, policy, memory) => observeOutlooks(input, settingsOf(policy), memory),

  choose(input, policy, memory): Outcome {
    const settings = settingsOf(policy);
    const outlooks = outlooksOf(input, settings, memory);
    const own = outlooks.find((each) => each.flavor.id === input.slice.flavorInForce);
    const others = outlooks.filter(
      (each) => each !== own && input.allowed.some((flavor) => flavor.id === each.flavor.id),
    );
    return own !== undefined && own.votesUp >= settings.up.m
      ? leave(input, settings, own, others)
      : stayOrSave(input, settings, own, others);
  },
});

/** The flavor in force will violate: the cheapest acceptable one, else the one that violates least. */
function leave(
  input: RuleInput,
  settings: Settings,
  own: Outlook,
  others: readonly Outlook[],
): Outcome {
  const best = cheapest(
    others.filter((each) =>
      each.flavor.pricePerHour < own.flavor.pricePerHour
        ? isSafe(each, settings)
        : each.peak <= settings.acceptable,
    ),
  );
  if (best !== undefined) {
    const numbers = upNumbers(settings, own, best);
    return { toFlavor: best.flavor.id, reason: 'forecast-violation', numbers };
  }
  const gaining = lowest(others.filter((each) => gains(own, each, settings)));
  const toFlavor = gaining?.flavor.id ?? input.slice.flavorInForce;
  const numbers = upNumbers(settings, own, gaining ?? lowest(others));
  const { leastGain } = settings;
  return { toFlavor, reason: 'sla-cannot-be-met', numbers: { ...numbers, leastGain } };
}

function lowest(outlooks: readonly Outlook[]): Outlook | undefined {
  return [...outlooks].sort((a, b) => a.peak - b.peak || a.flavor.id - b.flavor.id)[0];
}

/**
 * Whether another flavor is so much less bad, and has been for long enough, that a change is worth its risk.
 * A cheaper one that would be left again at once is not.
 */
function gains(own: Outlook, other: Outlook, { up, down, leastGain }: Settings): boolean {
  if (own.peak - other.peak < leastGain) return false;
  return other.flavor.pricePerHour < own.flavor.pricePerHour
    ? other.peak <= up.probability && other.covered && other.gainsDown >= down.m
    : other.gainsUp >= up.m;
}

/** The flavor in force keeps the SLA, or nothing is known of it: a cheaper one, if that is safe. */
function stayOrSave(
  input: RuleInput,
  settings: Settings,
  own: Outlook | undefined,
  others: readonly Outlook[],
): Outcome {
  const { slice } = input;
  const price = slice.flavors.find((each) => each.id === slice.flavorInForce)?.pricePerHour;
  const cheaper = others.filter((each) => price !== undefined && each.flavor.pricePerHour < price);
  const safe = cheapest(cheaper.filter((each) => isSafe(each, settings)));
  const promising = cheapest(cheaper.filter((each) => isLow(each, settings)));
  const numbers = downNumbers(settings, own, safe ?? promising ?? cheapest(cheaper));
  const keep = { toFlavor: slice.flavorInForce, numbers };
  if (safe !== undefined) {
    return { ...keep, toFlavor: safe.flavor.id, reason: 'cheaper-flavor-keeps-sla' };
  }
  if (own === undefined) return { ...keep, reason: whyUnknown(input) };
  if (own.peak > settings.up.probability) {
    return { ...keep, reason: 'votes-pending', numbers: upNumbers(settings, own, undefined) };
  }
  if (promising === undefined) return { ...keep, reason: 'within-sla' };
  return { ...keep, reason: promising.covered ? 'votes-pending' : 'warming-up' };
}

function whyUnknown({ forecast, slice }: RuleInput): Reason {
  const spoke = forecast.forecasts.some((each) => each.flavorId === slice.flavorInForce);
  return spoke ? 'no-skill' : 'no-forecast';
}

function isLow(outlook: Outlook, { down, acceptable }: Settings): boolean {
  return outlook.peak < down.probability && outlook.peak <= acceptable;
}

function isSafe(outlook: Outlook, settings: Settings): boolean {
  return isLow(outlook, settings) && outlook.covered && outlook.votesDown >= settings.down.m;
}

function upNumbers(settings: Settings, own: Outlook, other: Outlook | undefined): Numbers {
  return {
    violationProbability: own.peak,
    candidateViolationProbability: other?.peak ?? null,
    probabilityBound: settings.up.probability,
    acceptable: settings.acceptable,
    votes: own.votesUp,
    votesNeeded: settings.up.m,
    votesOf: settings.up.n,
  };
}

function downNumbers(
  settings: Settings,
  own: Outlook | undefined,
  cheaper: Outlook | undefined,
): Numbers {
  return {
    violationProbability: own?.peak ?? null,
    candidateViolationProbability: cheaper?.peak ?? null,
    probabilityBound: settings.down.probability,
    acceptable: settings.acceptable,
    votes: cheaper?.votesDown ?? null,
    votesNeeded: settings.down.m,
    votesOf: settings.down.n,
  };
}

function settingsOf(policy: PredictivePolicy): Settings {
  return {
    up: policy.up ?? predictiveDefaults.up,
    down: policy.down ?? predictiveDefaults.down,
    acceptable:
      policy.acceptableViolationProbability ?? predictiveDefaults.acceptableViolationProbability,
    leastCoverageRatio: predictiveDefaults.leastCoverageRatio,
    leastGain: policy.leastGain ?? predictiveDefaults.leastGain,
  };
}
