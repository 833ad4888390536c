import { type SliceState, topics } from '@slicecast/contracts';
import type { Log, Subscription } from '@slicecast/platform';

/** The newest desired state of the slices that this process owns, read-only. Deleted slices are not in it. */
export interface SliceView {
  get(sliceId: number): SliceState | undefined;
  list(): readonly SliceState[];
}

export interface SliceFollower {
  readonly view: SliceView;
  /** Any slice's newest state: the view's, else read from the log, because another process may own it. */
  lookUp(sliceId: number): Promise<SliceState | undefined>;
  /** Joins the group; rejects as `Log.subscribe` does. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Held {
  readonly partition: number;
  readonly state: SliceState;
}

/**
 * Follows `slice-states` in memory. The partitions of that topic say which process makes a slice's
 * rows, so what is not assigned to this one is not in the view.
 */
export function followSlices(log: Log): SliceFollower {
  const held = new Map<number, Held>();
  let subscription: Subscription | undefined;

  function take(partition: number, state: SliceState): void {
    const known = held.get(state.sliceId);
    if (known === undefined || known.state.version <= state.version) {
      held.set(state.sliceId, { partition, state });
    }
  }

  return {
    view: {
      get: (sliceId) => present(held.get(sliceId)?.state),
      list: () => [...held.values()].flatMap(({ state }) => present(state) ?? []),
    },
    async lookUp(sliceId) {
      return present(held.get(sliceId)?.state ?? (await readNewest(log, sliceId)));
    },
    async start() {
      subscription = await log.subscribe({
        group: 'ima-slice-states',
        topic: topics.sliceStates,
        // The view lives in memory alone: what was committed before this process began is read back.
        async onAssigned(partitions) {
          for (const { partition, committedOffset } of partitions) {
            const before = { partition, offset: committedOffset };
            for await (const record of log.readByTime({ ...everything, before })) {
              if (record.partition === partition) take(partition, record.value);
            }
          }
        },
        async onRevoked(partitions) {
          for (const [sliceId, { partition }] of held) {
            if (partitions.includes(partition)) held.delete(sliceId);
          }
        },
        async onBatch(records) {
          for (const { partition, value } of records) take(partition, value);
        },
      });
    },
    async stop() {
      await subscription?.close();
    },
  };
}

const everything = {
  topic: topics.sliceStates,
  fromMs: 0,
  toMs: Number.MAX_SAFE_INTEGER,
} as const;

async function readNewest(log: Log, sliceId: number): Promise<SliceState | undefined> {
  let newest: SliceState | undefined;
  for await (const { value } of log.readByTime({ ...everything, key: String(sliceId) })) {
    if (newest === undefined || newest.version <= value.version) newest = value;
  }
  return newest;
}

function present(state: SliceState | undefined): SliceState | undefined {
  return state === undefined || state.deleted ? undefined : state;
}
