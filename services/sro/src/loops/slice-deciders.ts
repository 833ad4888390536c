import type { SliceDecision, SliceState } from '@slicecast/contracts';
import type { DecisionLog } from '../deciding-ports.ts';
import {
  type DeciderState,
  initialDeciderState,
  parseDeciderState,
} from '../domain/decider-state.ts';

/** How far back a state is looked for: an older one has nothing to say to the tick of now. */
const LOOK_BACK_MS = 3_600_000;

/** What the owner of a slice remembers of its last decision. */
export interface SliceDecider {
  readonly state: DeciderState;
  /** Null before the first decision. */
  readonly last: SliceDecision | null;
}

/** The deciders of the slices that this process owns; the log is their memory when they are lost. */
export interface SliceDeciders {
  /** Runs the work when nothing else runs for any of these slices, in the order of the calls. */
  alone<T>(sliceIds: readonly number[], work: () => Promise<T>): Promise<T>;
  /** As remembered; the others from their newest decisions in the log about the time before `at`, with one read of it. */
  recall(slices: readonly SliceState[], at: number): Promise<ReadonlyMap<number, SliceDecider>>;
  /** The same of one slice. */
  load(slice: SliceState, at: number): Promise<SliceDecider>;
  remember(sliceId: number, decider: SliceDecider): void;
  /** After a failure, a change of owner, or of all slices: the log knows better. */
  forget(sliceIds?: readonly number[]): void;
}

export function createSliceDeciders(decisionLog: DecisionLog): SliceDeciders {
  const deciders = new Map<number, SliceDecider>();
  const lanes = new Map<number, Promise<unknown>>();

  async function recall(
    slices: readonly SliceState[],
    at: number,
  ): Promise<ReadonlyMap<number, SliceDecider>> {
    const recalled = new Map<number, SliceDecider>();
    const strange: SliceState[] = [];
    for (const slice of slices) {
      const decider = deciders.get(slice.sliceId);
      if (decider === undefined) strange.push(slice);
      else recalled.set(slice.sliceId, decider);
    }
    if (strange.length === 0) return recalled;
    const ids = strange.map(({ sliceId }) => sliceId);
    const newest = await decisionLog.newest(ids, Math.max(0, at - LOOK_BACK_MS));
    for (const { sliceId, policy } of strange) {
      const last = newest.get(sliceId) ?? null;
      const state = last === null ? null : parseDeciderState(last.state);
      const decider = { state: state ?? initialDeciderState(policy), last };
      deciders.set(sliceId, decider);
      recalled.set(sliceId, decider);
    }
    return recalled;
  }

  return {
    alone(sliceIds, work) {
      const before = Promise.all(sliceIds.map((sliceId) => lanes.get(sliceId)));
      const done = before.then(work);
      // The lanes go on whatever becomes of the work: its caller has the error.
      const ended = done.then(
        () => undefined,
        () => undefined,
      );
      for (const sliceId of sliceIds) lanes.set(sliceId, ended);
      void ended.then(() => {
        for (const sliceId of sliceIds) if (lanes.get(sliceId) === ended) lanes.delete(sliceId);
      });
      return done;
    },

    recall,

    async load(slice, at) {
      const decider = (await recall([slice], at)).get(slice.sliceId);
      if (decider === undefined) throw new Error(`slice ${slice.sliceId} was not recalled`);
      return decider;
    },

    remember(sliceId, decider) {
      deciders.set(sliceId, decider);
    },

    forget(sliceIds) {
      if (sliceIds === undefined) deciders.clear();
      else for (const sliceId of sliceIds) deciders.delete(sliceId);
    },
  };
}
