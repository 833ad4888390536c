import type { SliceState } from '@slicecast/contracts';

/** Long enough to see what a change by hand does, and short enough that a forgotten one ends by itself. */
export const manualHoldDefaultSeconds = 900;

/** The slice whose flavor somebody chose by hand at `now`: its policy leaves it for its hold. */
export function heldFrom(slice: SliceState, now: number): SliceState {
  const seconds = slice.policy.manualHoldSeconds ?? manualHoldDefaultSeconds;
  return { ...slice, heldUntil: seconds === 0 ? null : now + seconds * 1000 };
}

/** What is left of the hold at `now`; 0 when there is none. */
export function holdLeftSeconds({ heldUntil }: SliceState, now: number): number {
  return Math.max(0, (heldUntil ?? 0) - now) / 1000;
}
