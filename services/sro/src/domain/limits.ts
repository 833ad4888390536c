import {
  type ChangeFact,
  isOpen,
  type Policy,
  type Reason,
  type SliceState,
} from '@slicecast/contracts';
import { type Direction, directionOf } from './flavor-order.ts';
import { holdLeftSeconds } from './manual-hold.ts';
import { ruleOf } from './policies/list.ts';
import type { LimitDefaults, Numbers } from './policies/policy-rule.ts';
import { pauseFor, type RevertPause, revertPausesAt } from './revert-pause.ts';

export type { ChangeFact };

const HOUR_MS = 3_600_000;

/** How the pause after failed changes grows: twice as long each time, up to a bound. */
export const backOffDefaults = { firstSeconds: 30, longestSeconds: 1800 } as const;

/** What the limits say at an instant: for the guards, and for the slice's status. */
export interface Limits {
  readonly changeInProgress: boolean;
  /** Epoch ms until which no change is made in that direction; null: none. */
  readonly cooldownUntil: Readonly<Record<Direction, number | null>>;
  /** Epoch ms until which the failure of the last change is waited out; null: it did not fail. */
  readonly backOffUntil: number | null;
  /** Flavors that were left for making the KPI worse, and are not tried again for a while. */
  readonly revertPauses: readonly RevertPause[];
  /** Changes that the policy may still ask for within the hour. */
  readonly budgetLeft: number;
}

/** @param facts changes of the last hour and longer, in any order */
export function limitsAt(slice: SliceState, facts: readonly ChangeFact[], now: number): Limits {
  const { policy } = slice;
  const { cooldownUpSeconds, cooldownDownSeconds, maxChangesPerHour } = limitsOf(policy);
  const lastApplied = newestSettled(facts.filter(wasApplied));
  const until = (seconds: number) => {
    const end = lastApplied === null ? null : lastApplied + seconds * 1000;
    return end !== null && end > now ? end : null;
  };
  const spent = facts.filter((fact) => fact.origin !== 'manual' && fact.at > now - HOUR_MS);
  return {
    changeInProgress: facts.some(isOpen),
    cooldownUntil: { up: until(cooldownUpSeconds), down: until(cooldownDownSeconds) },
    backOffUntil: backOffUntil(facts, lastApplied, now),
    revertPauses: revertPausesAt(slice, facts, now),
    budgetLeft: Math.max(0, maxChangesPerHour - spent.length),
  };
}

/**
 * Why the limits forbid a change that a rule wants, or null. The way down keeps one change of the
 * budget for the way back: a slice must not be stuck on a flavor that violates.
 */
export function forbids(
  limits: Limits,
  slice: SliceState,
  toFlavor: number,
  now: number,
): { reason: Reason; numbers: Numbers } | null {
  const direction = directionOf(slice, toFlavor);
  if (limits.changeInProgress) return { reason: 'change-in-progress', numbers: {} };
  const holdLeft = holdLeftSeconds(slice, now);
  if (holdLeft > 0) return { reason: 'manual-hold', numbers: { holdLeftSeconds: holdLeft } };
  if (limits.backOffUntil !== null) {
    const backOffLeftSeconds = (limits.backOffUntil - now) / 1000;
    return { reason: 'backing-off', numbers: { backOffLeftSeconds } };
  }
  const pause = pauseFor(limits.revertPauses, slice, toFlavor);
  if (pause !== undefined) {
    const numbers = { pauseLeftSeconds: (pause.until - now) / 1000, reverts: pause.reverts };
    return { reason: 'revert-pause', numbers };
  }
  const cooldown = limits.cooldownUntil[direction];
  if (cooldown !== null) {
    return { reason: 'cooldown', numbers: { cooldownLeftSeconds: (cooldown - now) / 1000 } };
  }
  const most = limitsOf(slice.policy).maxChangesPerHour;
  const reserve = direction === 'down' && most > 1 ? 1 : 0;
  if (limits.budgetLeft <= reserve) {
    return { reason: 'budget-exhausted', numbers: { budgetLeft: limits.budgetLeft, most } };
  }
  return null;
}

/** Its flavor was in force, whatever became of it since. */
function wasApplied({ status, endedAt }: ChangeFact): boolean {
  return ['applied', 'verifying', 'verified', 'reverted'].includes(status) || endedAt != null;
}

function limitsOf(policy: Policy): LimitDefaults {
  const { limits } = ruleOf(policy);
  return {
    cooldownUpSeconds: policy.cooldownUpSeconds ?? limits.cooldownUpSeconds,
    cooldownDownSeconds: policy.cooldownDownSeconds ?? limits.cooldownDownSeconds,
    maxChangesPerHour: policy.maxChangesPerHour ?? limits.maxChangesPerHour,
  };
}

/** Failures since the last change that was applied decide how long the pause is. */
function backOffUntil(
  facts: readonly ChangeFact[],
  lastApplied: number | null,
  now: number,
): number | null {
  const failures = facts.filter(
    (fact) =>
      fact.status === 'failed' &&
      !wasApplied(fact) &&
      fact.settledAt !== null &&
      (lastApplied === null || fact.settledAt > lastApplied),
  );
  const last = newestSettled(failures);
  if (last === null) return null;
  const { firstSeconds, longestSeconds } = backOffDefaults;
  const seconds = Math.min(firstSeconds * 2 ** (failures.length - 1), longestSeconds);
  const end = last + seconds * 1000;
  return end > now ? end : null;
}

function newestSettled(facts: readonly ChangeFact[]): number | null {
  let newest: number | null = null;
  for (const { settledAt } of facts) {
    if (settledAt === null) continue;
    if (newest === null || settledAt > newest) newest = settledAt;
  }
  return newest;
}
