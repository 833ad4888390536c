import type { SliceDecision, SliceState } from '@slicecast/contracts';
import type { Decided } from './decide.ts';
import type { DeciderState } from './decider-state.ts';
import { type ChangeFact, limitsAt } from './limits.ts';
import { holdLeftSeconds } from './manual-hold.ts';

export interface SilenceInput {
  readonly slice: SliceState;
  readonly state: DeciderState;
  readonly now: number;
  /** Since when this owner watches the slice: what came in before, it cannot have missed. */
  readonly watchingSince: number;
  readonly changes: readonly ChangeFact[];
}

/**
 * The one change on missing input: after the policy's `silenceSeconds` without usable input, once until
 * input returns, to its `safeFlavor`; a fallback that failed is tried again after the pause for failures.
 * Null while nothing is due: also without a safe flavor (the slice holds), during a change, during the
 * hold after one by hand, and as long as the budget is spent. A slice that is safe already is recorded as kept, so that a change by hand
 * during the silence stands.
 */
export function decideOnSilence(input: SilenceInput): Decided | null {
  const { slice, state, now, changes } = input;
  const { silenceSeconds, safeFlavor } = slice.policy;
  if (slice.paused || silenceSeconds === undefined || safeFlavor === undefined) return null;
  if (!slice.flavors.some((flavor) => flavor.id === safeFlavor)) return null;
  const silentSince = Math.max(state.lastUsableAt ?? 0, input.watchingSince);
  const due = silentSince + silenceSeconds * 1000;
  const attempts = attemptsSince(state.lastUsableAt, changes);
  const failed = attempts.length > 0 && attempts.every((change) => change.status === 'failed');
  const decided = state.silenceDecidedAt !== null || attempts.length > 0;
  if (now < due || (decided && !failed)) return null;
  const limits = limitsAt(slice, changes, now);
  if (limits.changeInProgress || limits.backOffUntil !== null) return null;
  if (holdLeftSeconds(slice, now) > 0) return null;
  if (slice.flavorInForce !== safeFlavor && limits.budgetLeft === 0) return null;
  // A deadline names the first attempt, so that a crash cannot double it; another one has its own name.
  const at = failed ? now : due;
  const next: DeciderState = { ...state, silenceDecidedAt: at };
  return { decision: decisionOf(input, at, safeFlavor, next), state: next };
}

/** Fallbacks of the present silence: also those that a crash kept out of the state. */
function attemptsSince(
  lastUsableAt: number | null,
  changes: readonly ChangeFact[],
): readonly ChangeFact[] {
  return changes.filter(
    (change) => change.origin === 'silence' && (lastUsableAt === null || change.at > lastUsableAt),
  );
}

function decisionOf(
  { slice, now, state }: SilenceInput,
  at: number,
  safeFlavor: number,
  next: DeciderState,
): SliceDecision {
  return {
    id: `${slice.sliceId}-${at}-silence`,
    tenantId: slice.tenantId,
    sliceId: slice.sliceId,
    at,
    epoch: slice.epoch,
    mode: slice.mode,
    policy: slice.policy.kind,
    action: slice.flavorInForce === safeFlavor ? 'keep' : 'change',
    reason: 'silence-fallback',
    fromFlavor: slice.flavorInForce,
    toFlavor: safeFlavor,
    leadTimeSeconds: null,
    numbers: {
      silenceSeconds: slice.policy.silenceSeconds ?? null,
      silentForSeconds: state.lastUsableAt === null ? null : (now - state.lastUsableAt) / 1000,
    },
    state: next,
  };
}
