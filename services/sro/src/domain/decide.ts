import type { Reason, SliceDecision, SliceForecast, SliceState } from '@slicecast/contracts';
import { type DeciderState, underPolicy } from './decider-state.ts';
import { flavorsWithin } from './flavor-order.ts';
import { type ChangeFact, forbids, limitsAt } from './limits.ts';
import { ruleOf } from './policies/list.ts';
import type { Numbers, Outcome, RuleInput } from './policies/policy-rule.ts';

export interface DecideInput {
  readonly forecast: SliceForecast;
  readonly slice: SliceState;
  readonly state: DeciderState;
  /** Measured time that a change of this slice takes. */
  readonly changeSeconds: number;
  /** How long after its tick the forecast is judged, in event time. */
  readonly ageSeconds: number;
  /** A tick older than this feeds the state and acts no more. */
  readonly maxAgeSeconds: number;
  /** Changes asked for before this tick, of the last hour and longer. */
  readonly changes: readonly ChangeFact[];
}

export interface Decided {
  readonly decision: SliceDecision;
  readonly state: DeciderState;
}

/**
 * Decides one tick of one slice: the guards, then the policy's rule, then the limits on changes. Pure:
 * the same input gives the same decision. In mode `recommend` the decision is the same; as nobody
 * carries it out, no change is ever among `changes`, and it stands until the forecast turns.
 */
export function decide(input: DecideInput): Decided {
  const { forecast, slice } = input;
  const rule = ruleOf(slice.policy);
  const state = underPolicy(input.state, slice.policy);
  const ruleInput: RuleInput = {
    forecast,
    slice,
    allowed: flavorsWithin(slice, slice.policy),
    effectSeconds: input.ageSeconds + input.changeSeconds,
  };
  const usable = forecast.inputQuality !== 'bad';
  const memory = usable ? rule.observe(ruleInput, slice.policy, state.memory) : state.memory;
  const next: DeciderState = {
    ...state,
    at: forecast.at,
    lastUsableAt: usable ? forecast.at : state.lastUsableAt,
    silenceDecidedAt: usable ? null : state.silenceDecidedAt,
    memory,
  };
  const outcome = guard(input) ?? limited(input, rule.choose(ruleInput, slice.policy, memory));
  return { decision: decisionOf(input, outcome, next), state: next };
}

/** What forbids to ask the rule at all. */
function guard({ forecast, slice, ageSeconds, maxAgeSeconds }: DecideInput): Outcome | null {
  const keep = (reason: Reason, numbers: Numbers = {}): Outcome => ({
    toFlavor: slice.flavorInForce,
    reason,
    numbers,
  });
  if (slice.paused) return keep('paused');
  if (forecast.epoch !== slice.epoch) {
    return keep('stale-epoch', { forecastEpoch: forecast.epoch, epoch: slice.epoch });
  }
  if (ageSeconds > maxAgeSeconds) return keep('superseded', { maxAgeSeconds });
  if (forecast.inputQuality === 'bad') return keep('bad-input', inputCounts(forecast));
  if (!ruleOf(slice.policy).forecasts) return null;
  if (forecast.forecasts.length === 0) return keep('no-forecast');
  if (!forecast.forecasts.some((each) => each.gated)) return keep('no-skill');
  return null;
}

function limited(input: DecideInput, outcome: Outcome): Outcome {
  const { slice, forecast } = input;
  if (outcome.toFlavor === slice.flavorInForce) return outcome;
  const limits = limitsAt(slice.policy, input.changes, forecast.at);
  const forbidden = forbids(limits, slice, outcome.toFlavor, forecast.at);
  if (forbidden === null) {
    return { ...outcome, numbers: { ...outcome.numbers, budgetLeft: limits.budgetLeft } };
  }
  return {
    toFlavor: slice.flavorInForce,
    reason: forbidden.reason,
    numbers: { ...outcome.numbers, ...forbidden.numbers, wantedFlavor: outcome.toFlavor },
  };
}

function decisionOf(input: DecideInput, outcome: Outcome, state: DeciderState): SliceDecision {
  const { forecast, slice, ageSeconds, changeSeconds } = input;
  const own = forecast.forecasts.find((each) => each.flavorId === slice.flavorInForce);
  const horizonSeconds = own?.horizonSeconds ?? forecast.forecasts[0]?.horizonSeconds ?? null;
  return {
    id: `${slice.sliceId}-${forecast.at}`,
    tenantId: slice.tenantId,
    sliceId: slice.sliceId,
    at: forecast.at,
    epoch: slice.epoch,
    mode: slice.mode,
    policy: slice.policy.kind,
    action: outcome.toFlavor === slice.flavorInForce ? 'keep' : 'change',
    reason: outcome.reason,
    fromFlavor: slice.flavorInForce,
    toFlavor: outcome.toFlavor,
    leadTimeSeconds: horizonSeconds === null ? null : horizonSeconds - ageSeconds - changeSeconds,
    numbers: { ...outcome.numbers, horizonSeconds, ageSeconds, changeSeconds },
    sliceVersion: slice.version,
    changes: input.changes.map(factOf),
    state,
  };
}

/** How many features were in which state: what was wrong with the input, in numbers. */
function inputCounts(forecast: SliceForecast): Numbers {
  const counts: Numbers = { features: forecast.inputStates.length };
  for (const state of forecast.inputStates) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Of a row of the database what it was decided by, and no more. */
function factOf({ at, origin, status, settledAt }: ChangeFact): ChangeFact {
  return { at, origin, status, settledAt };
}
