import { EpochMs, type SliceState } from '@slicecast/contracts';
import { type Static, Type } from 'typebox';
import { ExpectedKpi } from './expected-kpi.ts';

const Count = Type.Integer({ minimum: 0 });
const Kpi = Type.Union([Type.Number(), Type.Null()]);

/** The change under which the KPI is watched, and what was seen since its KPI had time to settle. */
export const Running = Type.Object({
  changeId: Type.String(),
  /** What the KPI was before it, at its worst tenth; null when too little was seen. */
  before: Kpi,
  /** Ticks with a KPI; of those the ones on the SLA's wrong side, and the ones with a forecast to compare with. */
  seen: Count,
  violating: Count,
  judged: Count,
  /** Judged ticks beyond the forecast; of those the ones also worse than before. */
  beyond: Count,
  beyondBefore: Count,
  /** Of those the ones that are as bad on the flavor before, and the ones that are not. */
  explained: Count,
  worse: Count,
  /** The newest of the worse ones, for the votes. */
  votes: Type.Array(EpochMs),
  /** Ticks in a row whose KPI was nearer to the forecast for the flavor before, and those for the new one after them. */
  far: Count,
  near: Type.Array(EpochMs),
});
export type Running = Static<typeof Running>;

/** What the decider of a slice remembers for verifying changes. */
export const Verification = Type.Object({
  expected: ExpectedKpi,
  /** The KPI of the newest ticks; null where none was observed. */
  kpi: Type.Array(Kpi),
  running: Type.Union([Running, Type.Null()]),
});
export type Verification = Static<typeof Verification>;

export const initialVerification: Verification = { expected: {}, kpi: [], running: null };

/** How a slice's changes are verified. The numbers of ticks are tuned on the recorded traces (docs/decisions/0010). */
export interface VerifySettings {
  readonly settleMs: number;
  readonly windowMs: number;
  /** m ticks at least must be worse for a revert; m of the last n, half the window, before it is over. */
  readonly votes: { readonly m: number; readonly n: number };
}

/** Ticks before a change among which its level is read, and how many of them must have a KPI. */
export const beforeTicks = { most: 30, least: 10 } as const;
/** Ticks in a row after which the KPI is held to have felt the change. */
export const feltTicks = 3;

export function verifySettingsOf({ policy, stepMs }: SliceState): VerifySettings {
  const { settleSeconds, verifySeconds } = policy;
  const windowMs = verifySeconds === undefined ? 30 * Math.max(1000, stepMs) : verifySeconds * 1000;
  const n = Math.ceil(windowMs / stepMs / 2);
  return {
    settleMs: settleSeconds === undefined ? Math.max(10_000, 2 * stepMs) : settleSeconds * 1000,
    windowMs,
    votes: { m: Math.ceil(0.8 * n), n },
  };
}

/** So much later than its window a verification ends by itself: the ticks that should end it have stayed away. */
const GRACE_MS = 60_000;

/** Event time by which the verification of a change that was applied at `at` ends, whatever is seen. */
export function verifyByOf(slice: SliceState, at: number): number {
  const { settleMs, windowMs } = verifySettingsOf(slice);
  return at + settleMs + windowMs + Math.max(GRACE_MS, 4 * slice.stepMs);
}
