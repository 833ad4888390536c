import { type SliceState, topics } from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';
import { type ClientMetric, parseClientMetric } from '../domain/parse-client-metric.ts';
import { futureToleranceMs } from '../domain/series-buffer.ts';

/** Where a feed goes on: what the record already holds of the slice. */
export interface FeedPosition {
  /** Newest tick with a row; the feed's next one is the tick after it. */
  readonly lastTick: number;
  /** Oldest tick with a row, within the window read. */
  readonly firstRow: number;
  /** Ticks that have their KPI, within the window read. */
  readonly kpiTicks: readonly number[];
  /** What tenants sent that may have waited, in memory only, for its row. */
  readonly kpiSent: readonly ClientMetric[];
}

/**
 * Reads the slice's newest rows back, so that a new owner makes exactly the rows that are missing.
 * A slice without rows in the last `historySeconds` begins with the next tick after `now`.
 */
export async function resumeFeed(log: Log, slice: SliceState, now: number): Promise<FeedPosition> {
  const fromMs = now - slice.historySeconds * 1000;
  const [rows, kpiSent] = await Promise.all([
    readRows(log, slice.sliceId, fromMs, now),
    readSentKpi(log, slice.sliceId, fromMs, now),
  ]);
  const lastTick = rows.lastTick ?? Math.floor(now / slice.stepMs) * slice.stepMs;
  const firstRow = rows.firstTick ?? lastTick + slice.stepMs;
  return { lastTick, firstRow, kpiTicks: rows.kpiTicks, kpiSent };
}

async function readRows(log: Log, sliceId: number, fromMs: number, now: number) {
  const kpiTicks: number[] = [];
  let firstTick: number | undefined;
  let lastTick: number | undefined;
  const key = String(sliceId);
  for await (const { value } of log.readByTime({
    topic: topics.sliceInputs,
    key,
    fromMs,
    toMs: now + 1,
  })) {
    if (value.kind === 'row') {
      firstTick = Math.min(firstTick ?? value.at, value.at);
      lastTick = Math.max(lastTick ?? value.at, value.at);
    }
    if (value.kpi !== undefined) kpiTicks.push(value.at);
  }
  return { firstTick, lastTick, kpiTicks };
}

async function readSentKpi(log: Log, sliceId: number, fromMs: number, now: number) {
  const sent: ClientMetric[] = [];
  const toMs = now + futureToleranceMs;
  for await (const { value } of log.readByTime({ topic: topics.clientMetrics, fromMs, toMs })) {
    const metric = parseClientMetric(value);
    if (metric?.sliceId === sliceId) sent.push(metric);
  }
  return sent;
}
