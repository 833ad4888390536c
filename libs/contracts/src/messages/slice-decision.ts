import { type Static, Type } from 'typebox';
import { EpochMs, FlavorId, SliceId, TenantId } from '../identifiers.ts';
import { ChangeFact, Verdict } from './change-fact.ts';

/** The closed list of reasons for a decision. */
export const Reason = Type.Union([
  Type.Literal('forecast-violation'),
  Type.Literal('cheaper-flavor-keeps-sla'),
  Type.Literal('sla-cannot-be-met'),
  Type.Literal('upper-bound-reached'),
  Type.Literal('lower-bound-reached'),
  Type.Literal('kpi-beyond-target'),
  Type.Literal('kpi-below-target'),
  Type.Literal('load-above-capacity'),
  Type.Literal('load-fits-cheaper-flavor'),
  Type.Literal('silence-fallback'),
  Type.Literal('worse-than-forecast'),
  Type.Literal('manual'),
  Type.Literal('within-sla'),
  Type.Literal('votes-pending'),
  Type.Literal('between-syncs'),
  Type.Literal('stabilising'),
  Type.Literal('no-cheaper-flavor'),
  Type.Literal('no-higher-flavor'),
  Type.Literal('cooldown'),
  Type.Literal('backing-off'),
  Type.Literal('revert-pause'),
  Type.Literal('budget-exhausted'),
  Type.Literal('change-in-progress'),
  Type.Literal('manual-hold'),
  Type.Literal('paused'),
  Type.Literal('bad-input'),
  Type.Literal('no-kpi'),
  Type.Literal('no-forecast'),
  Type.Literal('no-skill'),
  Type.Literal('stale-epoch'),
  Type.Literal('superseded'),
  Type.Literal('warming-up'),
]);
export type Reason = Static<typeof Reason>;

/** What a tick did to the verification of the change before it. */
export const VerificationStep = Type.Object({
  changeId: Type.String(),
  /** `verifying`: it began, or its revert is what was decided; `verified`: it ended, and the flavor stays. */
  status: Type.Union([Type.Literal('verifying'), Type.Literal('verified')]),
  verdict: Type.Union([Verdict, Type.Null()]),
  feltMs: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
});
export type VerificationStep = Static<typeof VerificationStep>;

/** Topic `slice-decisions`, key = slice id: one a tick, and those that no tick asked for. */
export const SliceDecision = Type.Object({
  /** `<sliceId>-<at>`: the same tick gives the same id. Where no tick was decided it ends in `-silence` or `-manual`. */
  id: Type.String(),
  tenantId: TenantId,
  sliceId: SliceId,
  at: EpochMs,
  epoch: Type.Integer({ minimum: 0 }),
  mode: Type.Union([Type.Literal('recommend'), Type.Literal('auto')]),
  policy: Type.String(),
  action: Type.Union([Type.Literal('keep'), Type.Literal('change')]),
  reason: Reason,
  fromFlavor: FlavorId,
  /** Equal to `fromFlavor` for keep. */
  toFlavor: FlavorId,
  /** What is left of the horizon when the decision is taken, less the time a change takes. */
  leadTimeSeconds: Type.Union([Type.Number(), Type.Null()]),
  /** The numbers behind the reason, e.g. `{ violationProbability: 0.31, up: 0.2, votes: 3 }`. */
  numbers: Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()])),
  /** The version of the slice's state under which it was decided, and the changes known then: a replay needs no more. */
  sliceVersion: Type.Optional(Type.Integer({ minimum: 1 })),
  changes: Type.Optional(Type.Array(ChangeFact)),
  verification: Type.Optional(VerificationStep),
  /** The decider's state after this tick, from which a restarted owner goes on; null for a manual change. */
  state: Type.Unknown(),
});
export type SliceDecision = Static<typeof SliceDecision>;
