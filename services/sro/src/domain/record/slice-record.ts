import type { SliceDecision, SliceForecast, SliceState } from '@slicecast/contracts';

/** One tick of a live run: what was forecast, what was decided, and under which state of the slice. */
export interface RecordedTick {
  readonly forecast: SliceForecast;
  readonly decision: SliceDecision;
  readonly slice: SliceState;
  /** False when the log keeps no more the very state that was decided under; then it is the nearest one. */
  readonly exact: boolean;
}

/** What a live run left in the log, in the order in which it was decided. */
export interface SliceRecord {
  readonly ticks: readonly RecordedTick[];
  /** Decisions that no tick asked for and that carry a state: fallbacks after silence. */
  readonly others: readonly SliceDecision[];
}

export interface RecordSpan {
  readonly sliceId: number;
  /** Epoch ms: from <= at < to. */
  readonly fromMs: number;
  readonly toMs: number;
}
