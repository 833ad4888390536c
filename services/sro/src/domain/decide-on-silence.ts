import type { SliceDecision, SliceState } from '@slicecast/contracts';
import type { Decided } from './decide.ts';
import type { DeciderState } from './decider-state.ts';
import { type ChangeFact, limitsAt } from './limits.ts';

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
 * input returns, to its `safeFlavor`. Null while nothing is due: also without a safe flavor (the slice
 * holds), during a change, and as long as the budget is spent. A slice that is safe already is recorded
 * as kept, so that a change by hand during the silence stands.
 */
export function decideOnSilence(input: SilenceInput): Decided | null {
  const { slice, state, now, changes } = input;
  const { silenceSeconds, safeFlavor } = slice.policy;
  if (slice.paused || silenceSeconds === undefined || safeFlavor === undefined) return null;
  if (!slice.flavors.some((flavor) => flavor.id === safeFlavor)) return null;
  const lastUsableAt = Math.max(state.lastUsableAt ?? 0, input.watchingSince);
  const due = lastUsableAt + silenceSeconds * 1000;
  if (now < due || wasDecided(state, changes)) return null;
  const limits = limitsAt(slice.policy, changes, now);
  if (limits.changeInProgress || limits.backOffUntil !== null) return null;
  if (slice.flavorInForce !== safeFlavor && limits.budgetLeft === 0) return null;
  const next: DeciderState = { ...state, silenceDecidedAt: due };
  return { decision: decisionOf(input, due, safeFlavor, next), state: next };
}

/** By the state, or, where a crash lost it, by the change itself. */
function wasDecided(state: DeciderState, changes: readonly ChangeFact[]): boolean {
  if (state.silenceDecidedAt !== null) return true;
  const { lastUsableAt } = state;
  return changes.some(
    (change) =>
      change.origin === 'silence' &&
      change.status !== 'failed' &&
      (lastUsableAt === null || change.at > lastUsableAt),
  );
}

function decisionOf(
  { slice, now, state }: SilenceInput,
  due: number,
  safeFlavor: number,
  next: DeciderState,
): SliceDecision {
  return {
    id: `${slice.sliceId}-${due}-silence`,
    tenantId: slice.tenantId,
    sliceId: slice.sliceId,
    at: due,
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
