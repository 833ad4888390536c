import type { ChangeFact, FlavorId, SliceState } from '@slicecast/contracts';
import { type Direction, directionOf, findFlavor } from './flavor-order.ts';

/** How the pause after reverted changes grows: twice as long each time, up to a bound. */
export const revertPauseDefaults = {
  /** Five minutes: what went wrong with a flavor seldom heals within one load slope. */
  firstSeconds: 300,
  longestSeconds: 14_400,
  /** A revert counts for a day, or until the flavor is verified as forecast. */
  rememberedSeconds: 86_400,
} as const;

/** No change in that direction leads to that flavor before `until`. */
export interface RevertPause {
  readonly flavorId: FlavorId;
  readonly direction: Direction;
  /** How often it was reverted since it was last as forecast. */
  readonly reverts: number;
  readonly until: number;
}

/** @param facts changes of the last hour, and reverted ones of the last day, in any order */
export function revertPausesAt(
  slice: SliceState,
  facts: readonly ChangeFact[],
  now: number,
): RevertPause[] {
  const { firstSeconds, longestSeconds, rememberedSeconds } = revertPauseDefaults;
  const first = slice.policy.revertPauseSeconds ?? firstSeconds;
  return slice.flavors.flatMap(({ id }) =>
    (['up', 'down'] as const).flatMap((direction) => {
      const ends = facts
        .filter((fact) => fact.status === 'reverted' && leads(slice, fact, id, direction))
        .flatMap(({ endedAt }) => endedAt ?? [])
        .filter((end) => end > now - rememberedSeconds * 1000 && !wasGoodSince(facts, id, end));
      if (ends.length === 0) return [];
      const seconds = Math.min(first * 2 ** (ends.length - 1), Math.max(first, longestSeconds));
      const until = Math.max(...ends) + seconds * 1000;
      return until > now ? { flavorId: id, direction, reverts: ends.length, until } : [];
    }),
  );
}

/**
 * The pause that stands against going there now. A way down is barred to that flavor and to those below
 * it, a way up to that flavor alone: a pause never stands between a slice that violates and safety.
 */
export function pauseFor(
  pauses: readonly RevertPause[],
  slice: SliceState,
  toFlavor: FlavorId,
): RevertPause | undefined {
  const direction = directionOf(slice, toFlavor);
  const rank = findFlavor(slice, toFlavor)?.rank ?? 0;
  return pauses.find((pause) => {
    if (pause.direction !== direction) return false;
    const paused = findFlavor(slice, pause.flavorId)?.rank ?? 0;
    return direction === 'up' ? pause.flavorId === toFlavor : rank <= paused;
  });
}

function leads(
  slice: SliceState,
  { fromFlavor, toFlavor }: ChangeFact,
  flavorId: FlavorId,
  direction: Direction,
): boolean {
  if (toFlavor !== flavorId || fromFlavor === undefined) return false;
  if (findFlavor(slice, fromFlavor) === undefined) return false;
  return directionOf({ ...slice, flavorInForce: fromFlavor }, flavorId) === direction;
}

function wasGoodSince(facts: readonly ChangeFact[], flavorId: FlavorId, end: number): boolean {
  return facts.some(
    ({ toFlavor, verdict, endedAt }) =>
      toFlavor === flavorId && verdict === 'as-forecast' && endedAt != null && endedAt > end,
  );
}
