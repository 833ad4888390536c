import {
  type SliceDecision,
  type SliceForecast,
  type SliceState,
  topics,
} from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';

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

/** Reads a slice's run back by time. Messages may be in the log twice; the first of each tick counts. */
export async function readRecord(log: Log, { sliceId, ...span }: RecordSpan): Promise<SliceRecord> {
  const key = String(sliceId);
  const states = new Map<number, SliceState>();
  const always = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  for await (const { value } of log.readByTime({ topic: topics.sliceStates, key, ...always })) {
    states.set(value.version, value);
  }
  const forecasts = new Map<number, SliceForecast>();
  for await (const { value } of log.readByTime({ topic: topics.sliceForecasts, key, ...span })) {
    if (!forecasts.has(value.at)) forecasts.set(value.at, value);
  }
  const ticks: RecordedTick[] = [];
  const others: SliceDecision[] = [];
  const seen = new Set<string>();
  for await (const { value } of log.readByTime({ topic: topics.sliceDecisions, key, ...span })) {
    if (seen.has(value.id)) continue;
    seen.add(value.id);
    const forecast = forecasts.get(value.at);
    const slice = nearest(states, value.sliceVersion);
    if (value.id === `${sliceId}-${value.at}` && forecast !== undefined && slice !== undefined) {
      ticks.push({ forecast, decision: value, slice, exact: slice.version === value.sliceVersion });
    } else if (value.state !== null) others.push(value);
  }
  return { ticks, others };
}

/** The state of that version, else the first one after it, else the newest before it. */
function nearest(states: ReadonlyMap<number, SliceState>, version = 1): SliceState | undefined {
  const versions = [...states.keys()].sort((a, b) => a - b);
  const found = versions.find((each) => each >= version) ?? versions.at(-1);
  return found === undefined ? undefined : states.get(found);
}
