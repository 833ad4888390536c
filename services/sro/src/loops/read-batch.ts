import type { SliceForecast, SliceState } from '@slicecast/contracts';
import type { ChangeHistory, ChangeStore } from '../deciding-ports.ts';
import type { SliceStore } from '../ports.ts';
import type { SliceDeciders } from './slice-deciders.ts';

/** Changes so long before a tick count for its cooldowns and its budget. */
export const HISTORY_MS = 3_600_000;

/** What is known of a batch's slices before any of its ticks is decided. */
export interface BatchFacts {
  /** Without those that are unknown or deleted. */
  readonly slices: ReadonlyMap<number, SliceState>;
  /** As read with the batch, or since it was last forgotten. */
  history(forecast: Pick<SliceForecast, 'sliceId' | 'at'>): Promise<ChangeHistory>;
  /** A decision wrote to the slice's changes, or somebody else did: the next tick is to see it. */
  forgetHistory(sliceId: number): void;
}

interface ReadBatchOptions {
  readonly slices: Pick<SliceStore, 'newest'>;
  readonly changes: Pick<ChangeStore, 'history' | 'histories'>;
  readonly deciders: Pick<SliceDeciders, 'recall'>;
}

/** As many questions for a thousand slices as for one. */
export async function readBatch(
  { slices, changes, deciders }: ReadBatchOptions,
  sliceIds: readonly number[],
  forecasts: readonly Pick<SliceForecast, 'sliceId' | 'at'>[],
): Promise<BatchFacts> {
  const firstAt = new Map<number, number>();
  for (const { sliceId, at } of forecasts) if (!firstAt.has(sliceId)) firstAt.set(sliceId, at);
  const since = [...firstAt].map(([sliceId, at]) => ({ sliceId, sinceMs: at - HISTORY_MS }));
  const [states, histories] = await Promise.all([
    slices.newest(sliceIds),
    changes.histories(since),
  ]);
  const read = new Map(histories);
  await deciders.recall([...states.values()], Math.min(...firstAt.values()));
  return {
    slices: states,
    async history({ sliceId, at }) {
      const history = read.get(sliceId) ?? (await changes.history(sliceId, at - HISTORY_MS));
      read.set(sliceId, history);
      return history;
    },
    forgetHistory: (sliceId) => {
      read.delete(sliceId);
    },
  };
}
