import type { SliceState } from '@slicecast/contracts';
import { flavorsWithin } from './flavor-order.ts';
import type { Limits } from './limits.ts';
import { holdLeftSeconds } from './manual-hold.ts';
import type { Outcome } from './policies/policy-rule.ts';
import type { Verified } from './verify-change.ts';

/**
 * The way back from the change that is being verified, or null. Only what the policy itself decided is, in
 * mode `auto`, to a flavor that the policy still allows, and within the budget of changes; no cooldown
 * stands against it, for it is the way out of harm.
 */
export function revertOf(
  { watched }: Verified,
  slice: SliceState,
  limits: Limits,
  now: number,
): Outcome | null {
  if (watched === null || watched.verdict !== 'worse') return null;
  const { change, running } = watched;
  const { fromFlavor } = change;
  const isAllowed = flavorsWithin(slice, slice.policy).some(({ id }) => id === fromFlavor);
  if (change.origin !== 'decision' || slice.mode !== 'auto' || !isAllowed) return null;
  if (limits.budgetLeft === 0 || holdLeftSeconds(slice, now) > 0) return null;
  const { seen, violating, judged, worse, before } = running;
  const numbers = {
    observedTicks: seen,
    violatingTicks: violating,
    judgedTicks: judged,
    worseTicks: worse,
    kpiBefore: before,
    budgetLeft: limits.budgetLeft,
  };
  return { toFlavor: fromFlavor, reason: 'worse-than-forecast', numbers };
}
