import type { MloV2Policy } from '@slicecast/contracts';
import { Type } from 'typebox';
import { nextFlavor } from '../flavor-order.ts';
import { definePolicy, type Outcome, type RuleInput } from './policy-rule.ts';

const Count = Type.Integer({ minimum: 0 });

const Memory = Type.Object({
  /** Forecasts seen, of the flavor in force. */
  seen: Count,
  /** Epoch the counters are about: a change of flavor begins them anew. */
  epoch: Count,
  /** Forecasts in a row at or beyond each bound. */
  upper: Count,
  lower: Count,
});

const defaults = {
  /** Forecasts at a bound before the flavor changes; MLO-V2's own values. */
  upperPredictionsLimit: 1,
  lowerPredictionsLimit: 1,
  /** MLO-V2 decided nothing before its history of 240 samples was full. */
  historySamples: 240,
} as const;

/**
 * MLO-V2's rule: the median forecast of the flavor in force at or above `upperBound` counts towards an
 * upgrade, at or below `lowerBound` towards a downgrade, by one rank. Unlike MLO-V2 a counter is reset
 * when the forecast comes back between the bounds, and by a change.
 */
export const mloV2 = definePolicy<MloV2Policy, typeof Memory>({
  kind: 'mlo-v2',
  goesBy: 'forecast',
  // MLO-V2 had no cooldown; one change a minute is a bound on harm, not part of its rule.
  limits: { cooldownUpSeconds: 0, cooldownDownSeconds: 0, maxChangesPerHour: 60 },
  memory: Memory,
  start: () => ({ seen: 0, epoch: 0, upper: 0, lower: 0 }),

  observe(input, policy, memory) {
    const median = medianInForce(input);
    if (median === null) return memory;
    const { epoch } = input.slice;
    const same = memory.epoch === epoch ? memory : { ...memory, upper: 0, lower: 0 };
    return {
      seen: Math.min(memory.seen + 1, Number.MAX_SAFE_INTEGER),
      epoch,
      upper: median >= policy.upperBound ? same.upper + 1 : 0,
      lower: median <= policy.lowerBound ? same.lower + 1 : 0,
    };
  },

  choose(input, policy, memory): Outcome {
    const median = medianInForce(input);
    const upperLimit = policy.upperPredictionsLimit ?? defaults.upperPredictionsLimit;
    const lowerLimit = policy.lowerPredictionsLimit ?? defaults.lowerPredictionsLimit;
    const history = policy.historySamples ?? defaults.historySamples;
    const numbers = {
      forecast: median,
      upperBound: policy.upperBound,
      lowerBound: policy.lowerBound,
      upperPredictions: memory.upper,
      lowerPredictions: memory.lower,
    };
    const keep = { toFlavor: input.slice.flavorInForce, numbers };
    if (median === null) return { ...keep, reason: 'no-forecast' };
    if (!isGated(input, input.slice.flavorInForce)) return { ...keep, reason: 'no-skill' };
    if (memory.seen < history) {
      const samples = { samples: memory.seen, samplesNeeded: history };
      return { ...keep, reason: 'warming-up', numbers: { ...numbers, ...samples } };
    }
    if (memory.upper >= upperLimit) return step(input, 'up', keep);
    if (memory.lower >= lowerLimit) return step(input, 'down', keep);
    const pending = memory.upper > 0 || memory.lower > 0;
    return { ...keep, reason: pending ? 'votes-pending' : 'within-sla' };
  },
});

/** One rank up or down, if the bounds allow that flavor and its own model is in charge. */
function step(input: RuleInput, direction: 'up' | 'down', keep: Omit<Outcome, 'reason'>): Outcome {
  const up = direction === 'up';
  const next = nextFlavor(input.slice, direction);
  if (next === undefined || !input.allowed.some((flavor) => flavor.id === next.id)) {
    return { ...keep, reason: up ? 'no-higher-flavor' : 'no-cheaper-flavor' };
  }
  if (!isGated(input, next.id)) return { ...keep, reason: 'no-skill' };
  const reason = up ? 'upper-bound-reached' : 'lower-bound-reached';
  return { ...keep, toFlavor: next.id, reason };
}

function medianInForce(input: RuleInput): number | null {
  const own = input.forecast.forecasts.find(
    (forecast) => forecast.flavorId === input.slice.flavorInForce,
  );
  return own?.quantiles.q50 ?? null;
}

function isGated(input: RuleInput, flavorId: number): boolean {
  return input.forecast.forecasts.some((each) => each.flavorId === flavorId && each.gated);
}
