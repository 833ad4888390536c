import { EpochMs, type Policy } from '@slicecast/contracts';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { ruleOf } from './policies/list.ts';
import { initialVerification, Verification } from './verification.ts';

const Instant = Type.Union([EpochMs, Type.Null()]);

/** What the decider of one slice remembers from tick to tick. It travels in every decision. */
export const DeciderState = Type.Object({
  /** The newest tick that was decided; an older one is ignored. */
  at: Instant,
  /** The newest tick whose input could be used. */
  lastUsableAt: Instant,
  /** When the fallback of the present silence was decided; null while input comes in. */
  silenceDecidedAt: Instant,
  /** The policy whose rule wrote `memory`. */
  policy: Type.String(),
  memory: Type.Unknown(),
  /** A state of older days has none, and begins anew. */
  verification: Type.Optional(Verification),
});
export type DeciderState = Static<typeof DeciderState>;

export function initialDeciderState(policy: Policy): DeciderState {
  return {
    at: null,
    lastUsableAt: null,
    silenceDecidedAt: null,
    policy: policy.kind,
    memory: ruleOf(policy).start(),
    verification: initialVerification,
  };
}

/** The state that a decision in the log carries; null when it is none of ours, or of another version. */
export function parseDeciderState(value: unknown): DeciderState | null {
  return Value.Check(DeciderState, value) ? value : null;
}

/** The state under the policy of now: another kind of policy begins with an empty memory. */
export function underPolicy(state: DeciderState, policy: Policy): DeciderState {
  const rule = ruleOf(policy);
  if (state.policy === policy.kind && rule.accepts(state.memory)) return state;
  return { ...state, policy: policy.kind, memory: rule.start() };
}
