import { type Labels, type SliceState, seriesHash, topics } from '@slicecast/contracts';
import type { Log, Subscription } from '@slicecast/platform';
import { unionFeatures } from '../domain/union-features.ts';

export interface SelectedSeriesOptions {
  readonly log: Log;
  /** Of this process alone among those that share the log. */
  readonly instance: string;
  /** Whether the samples of the slice are written to IMA rather than asked for. */
  readonly isPushed: (slice: SliceState) => boolean;
  onChange(): void;
}

/** The series that any slice has selected whose samples are pushed; whoever owns the slice, any replica may be written to. */
export interface SelectedSeries {
  /** The hash of such a series; undefined for any other. */
  select(labels: Labels): string | undefined;
  /** Slices whose samples are pushed. */
  slices(): readonly SliceState[];
  close(): Promise<void>;
}

/** Resolves when what stood in the log is known. */
export async function followSelectedSeries(
  options: SelectedSeriesOptions,
): Promise<SelectedSeries> {
  const { log, instance, isPushed, onChange } = options;
  const slices = new Map<number, SliceState>();
  let pushed: readonly SliceState[] = [];
  let selected = new Set<string>();
  let names = new Set<string | undefined>();

  function take(state: SliceState): void {
    const known = slices.get(state.sliceId);
    if (known === undefined || known.version <= state.version) slices.set(state.sliceId, state);
  }

  function select(): void {
    pushed = [...slices.values()].filter((slice) => !slice.deleted && isPushed(slice));
    const trained = pushed.flatMap((slice) => slice.trained);
    const features = unionFeatures(trained).map(({ feature }) => feature);
    selected = new Set(features.map(({ series }) => series));
    names = new Set(features.map(({ labels }) => labels.__name__));
    onChange();
  }

  const all = { topic: topics.sliceStates, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  for await (const { value } of log.readByTime(all)) take(value);
  select();
  const subscription: Subscription = await log.subscribe({
    group: `ima-selected-${instance}`,
    topic: topics.sliceStates,
    async onBatch(records) {
      for (const { value } of records) take(value);
      select();
    },
  });
  return {
    select(labels) {
      // Most are told by their name, without the hash of a whole label set.
      if (!names.has(labels.__name__)) return undefined;
      const hash = seriesHash(labels);
      return selected.has(hash) ? hash : undefined;
    },
    slices: () => pushed,
    close: () => subscription.close(),
  };
}
