import { type Static, Type } from 'typebox';
import { EpochMs, FlavorId } from '../identifiers.ts';

/**
 * `decision`: the policy's; `silence`: the fallback when input stays away; `manual`: somebody asked for
 * it; `revert`: the way back from one that made the KPI worse.
 */
export const ChangeOrigin = Type.Union([
  Type.Literal('decision'),
  Type.Literal('silence'),
  Type.Literal('manual'),
  Type.Literal('revert'),
]);
export type ChangeOrigin = Static<typeof ChangeOrigin>;

/**
 * `requested` → `applying` → `applied` (its flavor is in force) → `verifying` (the KPI is watched under it)
 * → `verified` (that has ended, and the flavor stays), `reverted` (the flavor before is in force again) or
 * `failed` (it could not be applied, or not be reverted).
 */
export const ChangeStatus = Type.Union([
  Type.Literal('requested'),
  Type.Literal('applying'),
  Type.Literal('applied'),
  Type.Literal('verifying'),
  Type.Literal('verified'),
  Type.Literal('reverted'),
  Type.Literal('failed'),
]);
export type ChangeStatus = Static<typeof ChangeStatus>;

/**
 * How a verification came out. `as-forecast`: the KPI kept to what was forecast for the flavor;
 * `no-worse-than-before`: beyond the forecast, but no worse than before the change; `load-explains`: it
 * would be as bad on the flavor before; `worse`: worse than forecast, than before and than on the flavor
 * before; `slightly-worse`: the same, but in few ticks, or with few violations of the SLA; `unobserved`:
 * too few KPI values came in; `unjudged`: nothing to compare them with; `overtaken`: the next change came
 * first.
 */
export const Verdict = Type.Union([
  Type.Literal('as-forecast'),
  Type.Literal('no-worse-than-before'),
  Type.Literal('load-explains'),
  Type.Literal('slightly-worse'),
  Type.Literal('worse'),
  Type.Literal('unobserved'),
  Type.Literal('unjudged'),
  Type.Literal('overtaken'),
]);
export type Verdict = Static<typeof Verdict>;

const Instant = Type.Union([EpochMs, Type.Null()]);

/** What a decision knows of a change that was asked for before. A record of older days lacks what is optional. */
export const ChangeFact = Type.Object({
  id: Type.Optional(Type.String()),
  at: EpochMs,
  origin: ChangeOrigin,
  status: ChangeStatus,
  /** Epoch of the slice when it was requested. */
  epoch: Type.Optional(Type.Integer({ minimum: 0 })),
  fromFlavor: Type.Optional(FlavorId),
  toFlavor: Type.Optional(FlavorId),
  /** Event time at which it was applied or could not be. */
  settledAt: Instant,
  /** Event time at which its verification ended; null before, and for one that was never applied. */
  endedAt: Type.Optional(Instant),
  verdict: Type.Optional(Type.Union([Verdict, Type.Null()])),
});
export type ChangeFact = Static<typeof ChangeFact>;

/** Its flavor is not in force yet, nor is it given up: the slice begins no other one. */
export function isOpen({ status }: Pick<ChangeFact, 'status'>): boolean {
  return status === 'requested' || status === 'applying';
}
