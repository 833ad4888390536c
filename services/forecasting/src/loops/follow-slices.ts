import { type SliceState, topics } from '@slicecast/contracts';
import type { Log, Subscription } from '@slicecast/platform';

/** The newest desired state of every slice, deleted ones too. Bounded by the number of slices. */
export interface SliceFollower {
  get(sliceId: number): SliceState | undefined;
  /** From memory, else from the log, since its message may still be on the way here. */
  lookUp(sliceId: number): Promise<SliceState | undefined>;
  list(): readonly SliceState[];
  close(): Promise<void>;
}

export interface FollowOptions {
  /** Of this process alone among those that share the log. */
  readonly instance: string;
  onDeleted(sliceId: number): void;
}

/** Slices that are nowhere are asked for by old inputs alone; so many are remembered. */
const mostUnknown = 1000;

/**
 * Follows `slice-states` under a group of this process alone: a slice's rows may come to any
 * partition's owner, so each process knows all slices. Resolves when what stood in the log is known.
 */
export async function followSlices(
  log: Log,
  { instance, onDeleted }: FollowOptions,
): Promise<SliceFollower> {
  const held = new Map<number, SliceState>();
  const unknown = new Set<number>();
  const take = (state: SliceState) => {
    const known = held.get(state.sliceId);
    if (known !== undefined && known.version > state.version) return;
    held.set(state.sliceId, state);
    unknown.delete(state.sliceId);
    if (state.deleted) onDeleted(state.sliceId);
  };
  const read = async (key?: string) => {
    const filter = key === undefined ? {} : { key };
    for await (const { value } of log.readByTime({ ...everything, ...filter })) take(value);
  };
  await read();
  const subscription: Subscription = await log.subscribe({
    group: `forecasting-slices-${instance}`,
    topic: topics.sliceStates,
    async onBatch(records) {
      for (const { value } of records) take(value);
    },
  });
  return {
    get: (sliceId) => held.get(sliceId),
    list: () => [...held.values()],
    async lookUp(sliceId) {
      if (held.has(sliceId) || unknown.has(sliceId)) return held.get(sliceId);
      await read(String(sliceId));
      if (!held.has(sliceId) && unknown.size < mostUnknown) unknown.add(sliceId);
      return held.get(sliceId);
    },
    close: () => subscription.close(),
  };
}

const everything = {
  topic: topics.sliceStates,
  fromMs: 0,
  toMs: Number.MAX_SAFE_INTEGER,
} as const;
