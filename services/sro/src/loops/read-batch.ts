import type { SliceForecast, SliceState } from '@slicecast/contracts';
import type { ChangeStore } from '../deciding-ports.ts';
import type { ChangeHistory } from '../domain/history-at.ts';
import type { SliceStore } from '../ports.ts';
import type { SliceDecider, SliceDeciders } from './slice-deciders.ts';

/** Changes so long before a tick count for its cooldowns and its budget. */
export const HISTORY_MS = 3_600_000;

type Tick = Pick<SliceForecast, 'sliceId' | 'at'>;

/** What is known of a batch's slices; the ticks that are decided move it on. */
export interface BatchFacts {
  /** Without those that are unknown or deleted. */
  readonly slices: ReadonlyMap<number, SliceState>;
  /** As remembered before the batch, and after each of its ticks. */
  readonly deciders: Map<number, SliceDecider>;
  /** As read with the batch; one that is taken out is read again when its slice's next tick is decided. */
  readonly histories: Map<number, ChangeHistory>;
}

interface ReadBatchOptions {
  readonly slices: Pick<SliceStore, 'newest'>;
  readonly changes: Pick<ChangeStore, 'histories'>;
  readonly deciders: Pick<SliceDeciders, 'recall'>;
}

/** As many questions for a thousand slices as for one. */
export async function readBatch(
  { slices, changes, deciders }: ReadBatchOptions,
  sliceIds: readonly number[],
  ticks: readonly Tick[],
): Promise<BatchFacts> {
  const first = firstOfEach(ticks);
  const [states, histories] = await Promise.all([
    slices.newest(sliceIds),
    changes.histories(first.map(asked)),
  ]);
  const recalled = await deciders.recall(
    [...states.values()],
    Math.min(...first.map(({ at }) => at)),
  );
  return { slices: states, histories: new Map(histories), deciders: new Map(recalled) };
}

/** Reads what was taken out again, for the ticks that are decided next. */
export async function readAgain(
  { changes }: Pick<ReadBatchOptions, 'changes'>,
  { histories }: BatchFacts,
  ticks: readonly Tick[],
): Promise<void> {
  const missing = ticks.filter(({ sliceId }) => !histories.has(sliceId));
  if (missing.length === 0) return;
  for (const [sliceId, history] of await changes.histories(missing.map(asked))) {
    histories.set(sliceId, history);
  }
}

function asked({ sliceId, at }: Tick) {
  return { sliceId, sinceMs: at - HISTORY_MS };
}

function firstOfEach(ticks: readonly Tick[]): Tick[] {
  const first = new Map<number, Tick>();
  for (const tick of ticks) if (!first.has(tick.sliceId)) first.set(tick.sliceId, tick);
  return [...first.values()];
}
