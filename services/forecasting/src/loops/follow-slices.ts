import { type SliceState, topics } from '@slicecast/contracts';
import type { Log, Subscription } from '@slicecast/platform';

/** The newest desired state of every slice. Bounded by the number of slices. */
export interface SliceFollower {
  /** From memory, else from the log, since its message may still be on the way here. */
  lookUp(sliceId: number): Promise<SliceState | undefined>;
  get(sliceId: number): SliceState | undefined;
  close(): Promise<void>;
}

/**
 * Follows `slice-states` under a group of this process alone: rows of a slice may come to any
 * partition's owner, so each process knows all slices. Joins anew from the beginning at every start.
 */
export async function followSlices(log: Log, processId: string): Promise<SliceFollower> {
  const held = new Map<number, SliceState>();
  const take = (state: SliceState) => {
    const known = held.get(state.sliceId);
    if (known === undefined || known.version <= state.version) held.set(state.sliceId, state);
  };
  const subscription: Subscription = await log.subscribe({
    group: `forecasting-slice-states-${processId}`,
    topic: topics.sliceStates,
    from: 'earliest',
    async onBatch(records) {
      for (const { value } of records) take(value);
    },
  });
  return {
    get: (sliceId) => held.get(sliceId),
    async lookUp(sliceId) {
      const known = held.get(sliceId);
      if (known !== undefined) return known;
      const record = log.readByTime({
        topic: topics.sliceStates,
        key: String(sliceId),
        fromMs: 0,
        toMs: Number.MAX_SAFE_INTEGER,
      });
      for await (const { value } of record) take(value);
      return held.get(sliceId);
    },
    close: () => subscription.close(),
  };
}
