import { type SliceState, topics } from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';
import { type ClientMetric, parseClientMetric } from '../domain/parse-client-metric.ts';
import { futureToleranceMs } from '../domain/series-buffer.ts';
import { type TickGrid, tickAtOrAfter, tickAtOrBefore, tickGrid } from '../domain/ticks.ts';

/** Where a feed goes on: what the record already holds of the slice. */
export interface FeedPosition {
  /** Newest tick with a row; the feed's next one is the tick after it. */
  readonly lastTick: number;
  /** Oldest tick with a row, within the window read. */
  readonly firstRow: number;
  /** Ticks that have their KPI, within the window read. */
  readonly kpiTicks: ReadonlySet<number>;
  /** What tenants sent that may have waited, in memory only, for its row. */
  readonly kpiSent: readonly ClientMetric[];
}

/** A slice whose feed begins now. */
export interface Beginning {
  readonly slice: SliceState;
  /** Epoch ms. */
  readonly now: number;
}

/** What is found of one slice while the topics are read. */
interface Found {
  readonly grid: TickGrid;
  readonly now: number;
  readonly fromMs: number;
  firstRow: number | undefined;
  lastTick: number | undefined;
  readonly kpiTicks: Set<number>;
  readonly kpiSent: ClientMetric[];
}

/**
 * Reads the newest rows of the slices back, so that a new owner makes exactly the rows that are missing. Each topic
 * is read once, however many slices there are, as far back as the longest `historySeconds` among them. A slice without
 * rows in its own last `historySeconds` begins with the next tick after its `now`.
 */
export async function resumeFeeds(
  log: Log,
  beginnings: readonly Beginning[],
): Promise<ReadonlyMap<number, FeedPosition>> {
  const found = new Map(beginnings.map((each) => [each.slice.sliceId, nothingOf(each)]));
  const fromMs = Math.min(...[...found.values()].map((each) => each.fromMs));
  const now = Math.max(...beginnings.map((each) => each.now));
  await findRows(log, found, fromMs, now);
  await findSentKpi(log, found, fromMs, now);
  return new Map([...found].map(([sliceId, each]) => [sliceId, positionOf(each)]));
}

function nothingOf({ slice: { sliceId, stepMs, historySeconds }, now }: Beginning): Found {
  return {
    grid: tickGrid(sliceId, stepMs),
    now,
    fromMs: now - historySeconds * 1000,
    firstRow: undefined,
    lastTick: undefined,
    kpiTicks: new Set(),
    kpiSent: [],
  };
}

function positionOf({ grid, now, firstRow, lastTick, ...found }: Found): FeedPosition {
  const last = lastTick ?? tickAtOrBefore(now, grid);
  return {
    lastTick: last,
    firstRow: firstRow ?? last + grid.stepMs,
    kpiTicks: found.kpiTicks,
    kpiSent: found.kpiSent,
  };
}

async function findRows(
  log: Log,
  found: ReadonlyMap<number, Found>,
  fromMs: number,
  now: number,
): Promise<void> {
  const key = new Set([...found.keys()].map(String));
  const range = { topic: topics.sliceInputs, key, fromMs, toMs: now + 1 };
  for await (const { value } of log.readByTime(range)) {
    const slice = found.get(value.sliceId);
    if (slice === undefined || value.at < slice.fromMs) continue;
    if (value.kind === 'row') {
      slice.firstRow = Math.min(slice.firstRow ?? value.at, value.at);
      slice.lastTick = Math.max(slice.lastTick ?? value.at, value.at);
    }
    if (value.kpi !== undefined) slice.kpiTicks.add(value.at);
  }
}

/** Only what the record does not hold already is kept. */
async function findSentKpi(
  log: Log,
  found: ReadonlyMap<number, Found>,
  fromMs: number,
  now: number,
): Promise<void> {
  const toMs = now + futureToleranceMs;
  for await (const { at, value } of log.readByTime({ topic: topics.clientMetrics, fromMs, toMs })) {
    const metric = parseClientMetric(value);
    const slice = metric && found.get(metric.sliceId);
    if (metric === undefined || slice === undefined || at < slice.fromMs) continue;
    if (!slice.kpiTicks.has(tickAtOrAfter(metric.at, slice.grid))) slice.kpiSent.push(metric);
  }
}
