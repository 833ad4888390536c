import { Change, EpochMs, FlavorId, isOpen, Reason, type SliceState } from '@slicecast/contracts';
import type { Clock } from '@slicecast/platform';
import { type Static, Type } from 'typebox';
import type { ChangeReader, ChangeStore, DecisionStore } from './deciding-ports.ts';
import { explain } from './domain/explain.ts';
import { limitsAt } from './domain/limits.ts';
import { holdLeftSeconds } from './domain/manual-hold.ts';
import { HISTORY_MS } from './loops/read-batch.ts';

const Until = Type.Union([EpochMs, Type.Null()]);

/** What the deciding part says in a slice's status. */
export const DecidingStatus = Type.Object({
  /** The newest decision that changed outcome or reason: it holds until the next one. */
  lastDecision: Type.Union([
    Type.Null(),
    Type.Object({
      id: Type.String(),
      at: EpochMs,
      action: Type.String(),
      reason: Reason,
      explanation: Type.String(),
    }),
  ]),
  changeInProgress: Type.Union([Change, Type.Null()]),
  lastChange: Type.Union([Change, Type.Null()]),
  /** Instants until which no change is made: after the last one, by direction, and after a failure. */
  cooldownUntil: Type.Object({ up: Until, down: Until }),
  backOffUntil: Until,
  /** Flavors that made the KPI worse and were left again: not gone to that way until then; each further time longer. */
  revertPauses: Type.Array(
    Type.Object({
      flavorId: FlavorId,
      direction: Type.Union([Type.Literal('up'), Type.Literal('down')]),
      reverts: Type.Integer({ minimum: 1 }),
      until: EpochMs,
    }),
  ),
  /** Until then the policy leaves a flavor that was chosen by hand; `resume` and `start_orchestration` end it. */
  heldUntil: Until,
  /** Changes that the policy may still ask for within the hour. */
  budgetLeft: Type.Integer({ minimum: 0 }),
});
export type DecidingStatus = Static<typeof DecidingStatus>;

export interface DescribeDecidingOptions {
  readonly changes: ChangeStore & ChangeReader;
  readonly decisions: DecisionStore;
  readonly clock: Clock;
}

export async function describeDeciding(
  { changes, decisions, clock }: DescribeDecidingOptions,
  slice: SliceState,
): Promise<DecidingStatus> {
  const now = clock.now();
  const { facts } = await changes.history(slice.sliceId, now - HISTORY_MS);
  const [last] = await decisions.list(slice.sliceId, { limit: 1 });
  const [newest] = await changes.list(slice.sliceId, { limit: 1 });
  const limits = limitsAt(slice, facts, now);
  return {
    lastDecision: last === undefined ? null : { ...last, explanation: explain(last, slice) },
    changeInProgress: newest !== undefined && isOpen(newest) ? newest : null,
    lastChange: newest ?? null,
    cooldownUntil: limits.cooldownUntil,
    backOffUntil: limits.backOffUntil,
    revertPauses: [...limits.revertPauses],
    heldUntil: holdLeftSeconds(slice, now) > 0 ? (slice.heldUntil ?? null) : null,
    budgetLeft: limits.budgetLeft,
  };
}
