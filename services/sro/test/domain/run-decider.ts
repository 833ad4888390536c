import type {
  ChangeFact,
  Reason,
  SliceDecision,
  SliceForecast,
  SliceState,
} from '@slicecast/contracts';
import { decide } from '../../src/domain/decide.ts';
import { type DeciderState, initialDeciderState } from '../../src/domain/decider-state.ts';
import { directionOf } from '../../src/domain/flavor-order.ts';
import { factsAfter, factsInForce } from '../../src/domain/past-changes.ts';

export interface Run {
  readonly decisions: SliceDecision[];
  /** Changes carried out, with the tick at which they were in force. */
  readonly changes: {
    at: number;
    inForceAt: number;
    from: number;
    to: number;
    up: boolean;
    reason: Reason;
  }[];
  readonly slice: SliceState;
  readonly state: DeciderState;
}

/** A forecast of the tick under the slice as it is then. */
export type ForecastAt = (at: number, slice: SliceState) => SliceForecast;

/**
 * Runs `decide` over ticks and carries out what it decides, `changeSeconds` later: a replay without log,
 * database and actuator. A `roundTrip` sends the state through JSON at each tick.
 */
export function runDecider(options: {
  readonly slice: SliceState;
  readonly ticks: readonly number[];
  readonly forecastAt: ForecastAt;
  readonly changeSeconds?: number;
  readonly roundTrip?: boolean;
}): Run {
  const { changeSeconds = 3 } = options;
  let slice = options.slice;
  let state = initialDeciderState(slice.policy);
  let facts: readonly ChangeFact[] = [];
  const run: Run = { decisions: [], changes: [], slice, state };
  let pending: { at: number; to: number; reason: Reason } | null = null;
  for (const at of options.ticks) {
    if (pending !== null && at >= pending.at + changeSeconds * 1000) {
      const { to, reason, at: decidedAt } = pending;
      const up = directionOf(slice, to) === 'up';
      run.changes.push({ at: decidedAt, inForceAt: at, from: slice.flavorInForce, to, up, reason });
      slice = { ...slice, flavorInForce: to, flavorSince: at, epoch: slice.epoch + 1 };
      facts = factsInForce(facts, at);
      pending = null;
    }
    const forecast = options.forecastAt(at, slice);
    const input = { forecast, slice, state, changeSeconds, ageSeconds: 0, maxAgeSeconds: 10 };
    const decided = decide({ ...input, changes: facts });
    state = options.roundTrip ? JSON.parse(JSON.stringify(decided.state)) : decided.state;
    run.decisions.push(decided.decision);
    if (slice.mode === 'auto') facts = factsAfter(facts, decided.decision);
    if (decided.decision.action === 'change' && slice.mode === 'auto') {
      pending = { at, to: decided.decision.toFlavor, reason: decided.decision.reason };
    }
  }
  return { ...run, slice, state };
}

/** `count` ticks from `from`, one a second. */
export function ticksFrom(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + i * 1000);
}
