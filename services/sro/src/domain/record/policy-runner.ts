import type { ChangeFact, SliceDecision, SliceForecast, SliceState } from '@slicecast/contracts';
import { decide } from '../decide.ts';
import { type DeciderState, initialDeciderState } from '../decider-state.ts';
import { factsAfter, factsInForce, knownAt } from '../past-changes.ts';

export interface RunnerOptions {
  /** As it is at the first tick: flavor in force, policy, SLA. */
  readonly slice: SliceState;
  /** What a change takes, as the decider is told. */
  readonly changeSeconds: number;
  /** From the decision until the other flavor is in force; default: what the decider is told. */
  readonly inForceSeconds?: number;
}

/**
 * A policy run over past ticks as the live service runs it, without log, database and actuator: every tick
 * is decided, and what is decided is in force `inForceSeconds` later.
 */
export class PolicyRunner {
  readonly #changeSeconds: number;
  readonly #inForceMs: number;
  #slice: SliceState;
  #state: DeciderState;
  #facts: readonly ChangeFact[] = [];
  #pending: { readonly at: number; readonly to: number } | null = null;

  constructor({ slice, changeSeconds, inForceSeconds = changeSeconds }: RunnerOptions) {
    this.#slice = { ...slice, mode: 'auto', paused: false };
    this.#state = initialDeciderState(slice.policy);
    this.#changeSeconds = changeSeconds;
    this.#inForceMs = inForceSeconds * 1000;
  }

  /** Begins a tick, ticks in their order: the slice as it is then, with a change that has come in force. */
  begin(at: number): SliceState {
    const pending = this.#pending;
    if (pending !== null && at >= pending.at + this.#inForceMs) {
      const { epoch } = this.#slice;
      this.#slice = {
        ...this.#slice,
        flavorInForce: pending.to,
        flavorSince: at,
        epoch: epoch + 1,
      };
      this.#facts = factsInForce(this.#facts, at);
      this.#pending = null;
    }
    return this.#slice;
  }

  /** Decides what is forecast at the tick that was begun. */
  decide(forecast: SliceForecast): SliceDecision {
    const { at } = forecast;
    this.#facts = knownAt(this.#facts, at);
    const { decision, state } = decide({
      forecast,
      slice: this.#slice,
      state: this.#state,
      changes: this.#facts,
      changeSeconds: this.#changeSeconds,
      ageSeconds: 0,
      maxAgeSeconds: Number.MAX_SAFE_INTEGER,
    });
    this.#state = state;
    this.#facts = factsAfter(this.#facts, decision);
    if (decision.action === 'change') this.#pending = { at, to: decision.toFlavor };
    return decision;
  }
}
