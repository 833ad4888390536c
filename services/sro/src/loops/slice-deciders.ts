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
  /** Runs the work when nothing else runs for that slice, in the order of the calls. */
  alone<T>(sliceId: number, work: () => Promise<T>): Promise<T>;
  /** As remembered, else from the newest decision in the log about the time before `at`. */
  load(slice: SliceState, at: number): Promise<SliceDecider>;
  remember(sliceId: number, decider: SliceDecider): void;
  /** After a failure, a change of owner, or of all slices: the log knows better. */
  forget(sliceId?: number): void;
}

export function createSliceDeciders(decisionLog: DecisionLog): SliceDeciders {
  const deciders = new Map<number, SliceDecider>();
  const lanes = new Map<number, Promise<unknown>>();

  async function read(slice: SliceState, at: number): Promise<SliceDecider> {
    const last = await decisionLog.newest(slice.sliceId, Math.max(0, at - LOOK_BACK_MS));
    const state = last === undefined ? null : parseDeciderState(last.state);
    return { state: state ?? initialDeciderState(slice.policy), last: last ?? null };
  }

  return {
    alone(sliceId, work) {
      const before = lanes.get(sliceId) ?? Promise.resolve();
      const done = before.then(work);
      // The lane goes on whatever becomes of the work: its caller has the error.
      const ended = done.then(
        () => undefined,
        () => undefined,
      );
      lanes.set(sliceId, ended);
      void ended.then(() => {
        if (lanes.get(sliceId) === ended) lanes.delete(sliceId);
      });
      return done;
    },

    async load(slice, at) {
      const decider = deciders.get(slice.sliceId) ?? (await read(slice, at));
      deciders.set(slice.sliceId, decider);
      return decider;
    },

    remember(sliceId, decider) {
      deciders.set(sliceId, decider);
    },

    forget(sliceId) {
      if (sliceId === undefined) deciders.clear();
      else deciders.delete(sliceId);
    },
  };
}
