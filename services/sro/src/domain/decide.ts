import type {
  ChangeFact,
  Reason,
  SliceDecision,
  SliceForecast,
  SliceState,
  VerificationStep,
} from '@slicecast/contracts';
import { type DeciderState, underPolicy } from './decider-state.ts';
import { flavorsWithin } from './flavor-order.ts';
import { forbids, type Limits, limitsAt } from './limits.ts';
import { ruleOf } from './policies/list.ts';
import type { Numbers, Outcome, PolicyRule, RuleInput } from './policies/policy-rule.ts';
import { revertOf } from './revert-change.ts';
import { pauseFor } from './revert-pause.ts';
import { initialVerification, type Verification } from './verification.ts';
import { feltMsOf, type Verified, verifyChange } from './verify-change.ts';

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
 * Decides one tick of one slice: the guards, then whether the last change is to be taken back, then the
 * policy's rule, then the limits on changes. Pure: the same input gives the same decision. In mode
 * `recommend` the decision is the same; as nobody carries it out, no change is ever among `changes`, and
 * it stands until the forecast turns.
 */
export function decide(input: DecideInput): Decided {
  const { forecast, slice, changes } = input;
  const rule = ruleOf(slice.policy);
  const state = underPolicy(input.state, slice.policy);
  const ruleInput: RuleInput = {
    forecast,
    slice,
    allowed: flavorsWithin(slice, slice.policy),
    effectSeconds: input.ageSeconds + input.changeSeconds,
  };
  const usable = isUsable(rule, forecast);
  const memory = usable ? rule.observe(ruleInput, slice.policy, state.memory) : state.memory;
  const limits = limitsAt(slice, changes, forecast.at);
  const verified = verifyChange(input, state.verification ?? initialVerification);
  const guarded = guard(input, rule);
  const revert = guarded === null ? revertOf(verified, slice, limits, forecast.at) : null;
  const outcome = guarded ?? revert ?? choose(rule, ruleInput, memory, limits);
  const next: DeciderState = {
    ...state,
    at: forecast.at,
    lastUsableAt: usable ? forecast.at : state.lastUsableAt,
    silenceDecidedAt: usable ? null : state.silenceDecidedAt,
    memory,
    verification: memoryAfter(verified, revert),
  };
  return {
    decision: decisionOf(input, outcome, next, stepOf(verified, revert, slice)),
    state: next,
  };
}

function isUsable({ goesBy }: PolicyRule, forecast: SliceForecast): boolean {
  return goesBy === 'kpi' ? forecast.observedKpi !== null : forecast.inputQuality !== 'bad';
}

/** What forbids to ask the rule at all. */
function guard(
  { forecast, slice, ageSeconds, maxAgeSeconds }: DecideInput,
  rule: PolicyRule,
): Outcome | null {
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
  if (!isUsable(rule, forecast)) {
    const reason = rule.goesBy === 'kpi' ? 'no-kpi' : 'bad-input';
    return keep(reason, inputCounts(forecast));
  }
  if (rule.goesBy !== 'forecast') return null;
  if (forecast.forecasts.length === 0) return keep('no-forecast');
  if (!forecast.forecasts.some((each) => each.gated)) return keep('no-skill');
  return null;
}

/** What the rule wants, as far as the limits allow it; where it wants a paused flavor, its next choice counts. */
function choose(rule: PolicyRule, input: RuleInput, memory: unknown, limits: Limits): Outcome {
  const { slice, allowed } = input;
  const wanted = rule.choose(input, slice.policy, memory);
  const first = limited(input, limits, wanted);
  if (first.reason !== 'revert-pause') return first;
  const rest = allowed.filter(({ id }) => pauseFor(limits.revertPauses, slice, id) === undefined);
  const second = rule.choose({ ...input, allowed: rest }, slice.policy, memory);
  return second.toFlavor === slice.flavorInForce ? first : limited(input, limits, second);
}

function limited({ slice, forecast }: RuleInput, limits: Limits, outcome: Outcome): Outcome {
  if (outcome.toFlavor === slice.flavorInForce) return outcome;
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

/** Verifying has ended with this tick, by a revert or with its window. */
function memoryAfter({ memory, watched }: Verified, revert: Outcome | null): Verification {
  return revert !== null || watched?.isOver === true ? { ...memory, running: null } : memory;
}

function stepOf(
  { watched }: Verified,
  revert: Outcome | null,
  slice: SliceState,
): VerificationStep | undefined {
  if (watched === null) return undefined;
  const { change, running, began, isOver, verdict } = watched;
  const changeId = change.id;
  const feltMs = feltMsOf(running, change, slice);
  if (revert !== null) return { changeId, status: 'verifying', verdict: 'worse', feltMs };
  if (isOver) return { changeId, status: 'verified', verdict, feltMs };
  return began ? { changeId, status: 'verifying', verdict: null, feltMs: null } : undefined;
}

function decisionOf(
  input: DecideInput,
  outcome: Outcome,
  state: DeciderState,
  verification: VerificationStep | undefined,
): SliceDecision {
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
    ...(verification === undefined ? {} : { verification }),
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
function factOf(fact: ChangeFact): ChangeFact {
  const { id, at, origin, status, epoch, fromFlavor, toFlavor, settledAt, endedAt, verdict } = fact;
  return {
    at,
    origin,
    status,
    settledAt,
    ...(id === undefined ? {} : { id }),
    ...(epoch === undefined ? {} : { epoch }),
    ...(fromFlavor === undefined ? {} : { fromFlavor }),
    ...(toFlavor === undefined ? {} : { toFlavor }),
    ...(endedAt == null ? {} : { endedAt }),
    ...(verdict == null ? {} : { verdict }),
  };
}
