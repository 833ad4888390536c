import { type Static, Type } from 'typebox';
import { EpochMs, FlavorId, SliceId, TenantId } from '../identifiers.ts';
import { ChangeOrigin, ChangeStatus, Verdict } from '../messages/change-fact.ts';
import { Reason } from '../messages/slice-decision.ts';

/** One change of a slice's flavor, from the request to its end: `GET /api/v1/slices/:id/changes`. */
export const Change = Type.Object({
  /** The id of the decision that asked for it. */
  id: Type.String(),
  tenantId: TenantId,
  sliceId: SliceId,
  /** Epoch of the slice when it was requested: carried out under no other. */
  epoch: Type.Integer({ minimum: 0 }),
  origin: ChangeOrigin,
  reason: Reason,
  fromFlavor: FlavorId,
  toFlavor: FlavorId,
  status: ChangeStatus,
  /** The tick that was decided, or the instant of the request. */
  at: EpochMs,
  /** The change that this one takes back; null: it takes none back. */
  reverts: Type.Union([Type.String(), Type.Null()]),
  /** Event time at which it was applied or could not be. */
  settledAt: Type.Union([EpochMs, Type.Null()]),
  /** Event time by which its verification ends, whatever is seen; null before it is applied. */
  verifyBy: Type.Union([EpochMs, Type.Null()]),
  /** Event time at which its verification ended. */
  endedAt: Type.Union([EpochMs, Type.Null()]),
  verdict: Type.Union([Verdict, Type.Null()]),
  /** How often it was begun: more than once after a crash in the middle. */
  attempts: Type.Integer({ minimum: 0 }),
  /** What the actuator needed, in wall-clock milliseconds. */
  durationMs: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  /** From being applied until the KPI felt it, in event time; null where that could not be told. */
  feltMs: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  /** Why it failed, and whether the slice was brought back to `fromFlavor`. */
  error: Type.Union([Type.Object({ code: Type.String(), detail: Type.String() }), Type.Null()]),
});
export type Change = Static<typeof Change>;
