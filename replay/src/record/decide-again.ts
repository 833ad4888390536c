import type { SliceDecision } from '@slicecast/contracts';
import { decide } from '@slicecast/sro/domain/decide.ts';
import {
  type DeciderState,
  initialDeciderState,
  parseDeciderState,
} from '@slicecast/sro/domain/decider-state.ts';
import type { RecordedTick, SliceRecord } from '@slicecast/sro/domain/record/slice-record.ts';

/**
 * Decides each tick of a live run again, from what came to it: its forecast, the state of the slice, the
 * changes known then and how old the tick was. The decider's own state is carried from tick to tick and is
 * never read back, but for where the record begins and after a fallback that no tick asked for.
 */
export function decideAgain({ ticks, others }: SliceRecord): SliceDecision[] {
  let state: DeciderState | null = null;
  let left = others;
  return ticks.map((tick, k) => {
    const before = left.filter(({ at }) => at <= tick.decision.at);
    left = left.slice(before.length);
    state = parseDeciderState(before.at(-1)?.state) ?? state;
    if (k === 0 && state === null && !beginsAnew(tick)) {
      // The record begins in the middle of a run: its first tick gives the state to go on from.
      state = parseDeciderState(tick.decision.state);
      return tick.decision;
    }
    const decided = decideTick(tick, state ?? initialDeciderState(tick.slice.policy));
    state = decided.state;
    return decided.decision;
  });
}

/** A first decision after nothing: deciding it from an empty state gives what was recorded. */
function beginsAnew(tick: RecordedTick): boolean {
  const { decision } = decideTick(tick, initialDeciderState(tick.slice.policy));
  return JSON.stringify(decision.state) === JSON.stringify(tick.decision.state);
}

function decideTick({ forecast, decision, slice }: RecordedTick, state: DeciderState) {
  const { changeSeconds, ageSeconds, maxAgeSeconds } = decision.numbers;
  return decide({
    forecast,
    // As it was decided under, also where only a neighbouring state is kept.
    slice: {
      ...slice,
      version: decision.sliceVersion ?? slice.version,
      epoch: decision.epoch,
      mode: decision.mode,
      flavorInForce: decision.fromFlavor,
    },
    state,
    changes: decision.changes ?? [],
    changeSeconds: changeSeconds ?? 0,
    ageSeconds: ageSeconds ?? 0,
    maxAgeSeconds: maxAgeSeconds ?? Number.MAX_SAFE_INTEGER,
  });
}

/** Recorded decisions that come out otherwise, to the byte; none where live and replay agree. */
export function differences(
  record: SliceRecord,
): { recorded: SliceDecision; now: SliceDecision }[] {
  const again = decideAgain(record);
  return record.ticks.flatMap(({ decision }, k) => {
    const now = again[k];
    return now !== undefined && JSON.stringify(now) === JSON.stringify(decision)
      ? []
      : [{ recorded: decision, now: now ?? decision }];
  });
}
