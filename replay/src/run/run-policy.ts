import type { SliceDecision, SliceForecast, SliceState } from '@slicecast/contracts';
import { decide } from '@slicecast/sro/domain/decide.ts';
import { initialDeciderState } from '@slicecast/sro/domain/decider-state.ts';
import type { ChangeFact } from '@slicecast/sro/domain/limits.ts';
import type { Span } from '../recording/span.ts';

/** What runs a policy over a span of ticks. */
export interface RunOptions {
  readonly span: Span;
  /** As it is at the first tick: flavor in force, policy, SLA. */
  readonly slice: SliceState;
  /** Epoch ms of a tick. */
  atOf(index: number): number;
  /** What is forecast at a tick for the slice as it is then. */
  forecastAt(index: number, slice: SliceState): SliceForecast | null;
  /** What a change takes, as the decider is told. */
  readonly changeSeconds: number;
  /** From the decision until the other flavor is in force; default: what the decider is told. */
  readonly inForceSeconds?: number;
}

export interface ReplayedChange {
  /** Ticks by index: of the decision, and from which the flavor was in force. */
  readonly decidedAt: number;
  readonly inForceAt: number;
  readonly from: number;
  readonly to: number;
}

export interface PolicyRun {
  /** The flavor in force at each tick of the span. */
  readonly flavors: readonly number[];
  readonly changes: readonly ReplayedChange[];
  readonly decisions: readonly SliceDecision[];
}

/** Past changes older than this count for no limit. */
const historyMs = 3_600_000;

/** Decides every tick as the live service does, and carries out what is decided `inForceSeconds` later. */
export function runPolicy(options: RunOptions): PolicyRun {
  const { span, changeSeconds, inForceSeconds = changeSeconds, atOf } = options;
  let slice: SliceState = { ...options.slice, mode: 'auto', paused: false };
  let state = initialDeciderState(slice.policy);
  let facts: ChangeFact[] = [];
  let pending: ReplayedChange | null = null;
  const changes: ReplayedChange[] = [];
  const decisions: SliceDecision[] = [];
  const flavors: number[] = [];
  for (let index = span.from; index < span.to; index += 1) {
    const at = atOf(index);
    if (pending !== null && at >= atOf(pending.decidedAt) + inForceSeconds * 1000) {
      const settledAt = at;
      changes.push({ ...pending, inForceAt: index });
      slice = { ...slice, flavorInForce: pending.to, flavorSince: at, epoch: slice.epoch + 1 };
      facts = facts.map((fact) =>
        fact.status === 'applying' ? { ...fact, status: 'applied', settledAt } : fact,
      );
      pending = null;
    }
    flavors.push(slice.flavorInForce);
    const forecast = options.forecastAt(index, slice);
    if (forecast === null) continue;
    facts = facts.filter((fact) => fact.at > at - historyMs);
    const input = { forecast, slice, state, changes: facts, changeSeconds };
    const decided = decide({ ...input, ageSeconds: 0, maxAgeSeconds: Number.MAX_SAFE_INTEGER });
    state = decided.state;
    decisions.push(decided.decision);
    if (decided.decision.action === 'keep') continue;
    const { fromFlavor: from, toFlavor: to } = decided.decision;
    pending = { decidedAt: index, inForceAt: index, from, to };
    facts = [...facts, { at, origin: 'decision', status: 'applying', settledAt: null }];
  }
  return { flavors, changes, decisions };
}
