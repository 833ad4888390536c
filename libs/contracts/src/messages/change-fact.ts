import { type Static, Type } from 'typebox';
import { EpochMs } from '../identifiers.ts';

/** `decision`: the policy's; `silence`: the fallback when input stays away; `manual`: somebody asked for it. */
export const ChangeOrigin = Type.Union([
  Type.Literal('decision'),
  Type.Literal('silence'),
  Type.Literal('manual'),
]);
export type ChangeOrigin = Static<typeof ChangeOrigin>;

/** `requested` → `applying` → `applied` or `failed`. */
export const ChangeStatus = Type.Union([
  Type.Literal('requested'),
  Type.Literal('applying'),
  Type.Literal('applied'),
  Type.Literal('failed'),
]);
export type ChangeStatus = Static<typeof ChangeStatus>;

/** What a decision knows of a change that was asked for before. */
export const ChangeFact = Type.Object({
  at: EpochMs,
  origin: ChangeOrigin,
  status: ChangeStatus,
  /** Event time at which it was applied or failed. */
  settledAt: Type.Union([EpochMs, Type.Null()]),
});
export type ChangeFact = Static<typeof ChangeFact>;
