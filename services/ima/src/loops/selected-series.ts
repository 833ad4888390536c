import { isDeepStrictEqual } from 'node:util';
import { type Labels, type SliceState, seriesHash, topics } from '@slicecast/contracts';
import type { Log, Subscription } from '@slicecast/platform';
import { SeriesInUse } from '../domain/series-in-use.ts';

export interface SelectedSeriesOptions {
  readonly log: Log;
  /** Of this process alone among those that share the log. */
  readonly instance: string;
  /** Whether the samples of the slice are written to IMA rather than asked for. */
  readonly isPushed: (slice: SliceState) => boolean;
  /** Another set of series is selected; not called for a slice that changes anything else. */
  onChange(): void;
}

/** The series that any slice has selected whose samples are pushed; whoever owns the slice, any replica may be written to. */
export interface SelectedSeries {
  /** The hash of such a series; undefined for any other. */
  select(labels: Labels): string | undefined;
  /** Slices whose samples are pushed, as they were when one last selected something else: the same array until then. */
  slices(): readonly SliceState[];
  close(): Promise<void>;
}

/** Resolves when what stood in the log is known. */
export async function followSelectedSeries(
  options: SelectedSeriesOptions,
): Promise<SelectedSeries> {
  const { log, instance, isPushed, onChange } = options;
  const slices = new Map<number, SliceState>();
  const inUse = new SeriesInUse();
  let pushed: readonly SliceState[] | undefined;

  function isSelected(slice: SliceState): boolean {
    return !slice.deleted && isPushed(slice);
  }

  /** Whether it changes what is selected. */
  function take(state: SliceState): boolean {
    const known = slices.get(state.sliceId);
    if (known !== undefined && known.version > state.version) return false;
    slices.set(state.sliceId, state);
    if (known !== undefined && selectsAsBefore(known, state)) return false;
    pushed = undefined;
    const features = isSelected(state) ? state.trained.flatMap((flavor) => flavor.features) : [];
    return inUse.replace(state.sliceId, features);
  }

  const all = { topic: topics.sliceStates, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  for await (const { value } of log.readByTime(all)) take(value);
  const subscription: Subscription = await log.subscribe({
    group: `ima-selected-${instance}`,
    topic: topics.sliceStates,
    async onBatch(records) {
      if (records.filter(({ value }) => take(value)).length > 0) onChange();
    },
  });
  return {
    select(labels) {
      // Most are told by their name, without the hash of a whole label set.
      if (!inUse.hasName(labels.__name__)) return undefined;
      const hash = seriesHash(labels);
      return inUse.has(hash) ? hash : undefined;
    },
    slices() {
      pushed ??= [...slices.values()].filter(isSelected);
      return pushed;
    },
    close: () => subscription.close(),
  };
}

function selectsAsBefore(before: SliceState, after: SliceState): boolean {
  return (
    before.deleted === after.deleted &&
    before.stepMs === after.stepMs &&
    before.sources.live === after.sources.live &&
    isDeepStrictEqual(before.trained, after.trained)
  );
}
