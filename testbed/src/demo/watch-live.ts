import { type SliceDecision, type SliceForecast, topics } from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';
import type { Recording } from '../recorded-prometheus/recording.ts';
import { CallFailed } from './call-api.ts';
import type { Tick } from './step-through.ts';

export interface LiveTick extends Tick {
  /** From the instant that the decision is about to the moment when it was read from the log. */
  readonly decidedAfterMs: number;
}

export interface WatchOptions {
  /** So many ticks are watched. */
  readonly ticks: number;
  tell(tick: Tick, done: number, of: number): void;
}

/** So long without a decision, and it does not come any more. */
const patienceMs = 60_000;

/** Watches what the services write to the log as time passes, from the first decision on. */
export async function watchLive(
  log: Log,
  recording: Recording,
  { ticks, tell }: WatchOptions,
): Promise<readonly LiveTick[]> {
  const forecasts = new Map<number, SliceForecast>();
  const decisions = new Map<number, { decision: SliceDecision; decidedAfterMs: number }>();
  const seen: LiveTick[] = [];
  const finished = Promise.withResolvers<void>();
  let late = setTimeout(giveUp, patienceMs);

  function giveUp(): void {
    const seconds = patienceMs / 1000;
    finished.reject(new CallFailed(`no decision within ${seconds} s, after ${seen.length} ticks`));
  }

  function pair(at: number): void {
    const forecast = forecasts.get(at);
    const decided = decisions.get(at);
    if (forecast === undefined || decided === undefined || seen.length === ticks) return;
    clearTimeout(late);
    late = setTimeout(giveUp, patienceMs);
    forecasts.delete(at);
    decisions.delete(at);
    const second = at / 1000;
    const tick = {
      second,
      forecast,
      ...decided,
      flavorInForce: recording.timeline.flavorAt(second),
    };
    seen.push(tick);
    tell(tick, seen.length, ticks);
    if (seen.length === ticks) finished.resolve();
  }

  const watching = await Promise.all([
    log.subscribe({
      group: 'demo-forecasts',
      topic: topics.sliceForecasts,
      async onBatch(records) {
        for (const { value } of records) {
          forecasts.set(value.at, value);
          pair(value.at);
        }
      },
    }),
    log.subscribe({
      group: 'demo-decisions',
      topic: topics.sliceDecisions,
      async onBatch(records) {
        for (const { value } of records) {
          decisions.set(value.at, { decision: value, decidedAfterMs: Date.now() - value.at });
          pair(value.at);
        }
      },
    }),
  ]);
  try {
    await finished.promise;
  } finally {
    clearTimeout(late);
    for (const subscription of watching) await subscription.close();
  }
  return seen.toSorted((a, b) => a.second - b.second);
}
