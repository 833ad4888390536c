import {
  type SliceDecision,
  type SliceForecast,
  type SliceState,
  topics,
} from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';
import type { RecordLog } from '../deciding-ports.ts';
import type { RecordedTick, RecordSpan, SliceRecord } from '../domain/record/slice-record.ts';

export interface ReadRecordOptions {
  /** The slice as it is now, for a log that keeps none of its states. */
  readonly present?: SliceState;
  /** Leaves the deciders' states out, which are most of a record, for a reader that decides anew. */
  readonly withoutDeciders?: boolean;
}

/** Reads a slice's run back by time. Messages may be in the log twice; the first of each tick counts. */
export async function readRecord(
  log: Log,
  { sliceId, ...span }: RecordSpan,
  { present, withoutDeciders = false }: ReadRecordOptions = {},
): Promise<SliceRecord> {
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
    const slice = nearest(states, value.sliceVersion) ?? present;
    if (value.id === `${sliceId}-${value.at}` && forecast !== undefined && slice !== undefined) {
      const decision = withoutDeciders ? { ...value, state: null } : value;
      ticks.push({ forecast, decision, slice, exact: slice.version === value.sliceVersion });
    } else if (value.state !== null) others.push(value);
  }
  return { ticks, others };
}

/** For the routes, which ask about a slice as it is now and decide anew. */
export function createRecordLog(log: Log): RecordLog {
  return {
    read: (present, span) =>
      readRecord(log, { ...span, sliceId: present.sliceId }, { present, withoutDeciders: true }),
  };
}

/** The state of that version, else the first one after it, else the newest before it. */
function nearest(states: ReadonlyMap<number, SliceState>, version = 1): SliceState | undefined {
  const versions = [...states.keys()].sort((a, b) => a - b);
  const found = versions.find((each) => each >= version) ?? versions.at(-1);
  return found === undefined ? undefined : states.get(found);
}
