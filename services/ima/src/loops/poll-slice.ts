import { type SliceState, seriesHash } from '@slicecast/contracts';
import { isPlainSelector, liveSelector } from '../domain/live-selector.ts';
import type { IdentifiedFeature } from '../domain/union-features.ts';
import type { LiveMetrics, LiveSeries } from './feed-ports.ts';

export interface PolledSeries extends LiveSeries {
  readonly hash: string;
}

/** One question to the source: the features' samples and the KPI, newer than `fromMs`, up to `toMs`. */
export interface Poll {
  readonly slice: SliceState;
  readonly features: readonly IdentifiedFeature[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly signal: AbortSignal;
}

export async function pollFeatures(
  metrics: LiveMetrics,
  poll: Poll,
): Promise<readonly PolledSeries[]> {
  const wanted = new Map(poll.features.map(({ feature }) => [feature.series, feature.labels]));
  if (wanted.size === 0) return [];
  const selector = liveSelector([...wanted.values()], metrics.confinement);
  const found = await metrics.samples(selector, poll.fromMs, poll.toMs, poll.signal);
  return found
    .map((series) => ({ ...series, hash: seriesHash(series.labels) }))
    .filter((series) => wanted.has(series.hash));
}

/**
 * The KPI's samples from the slice's `kpi.query`; none without one. A plain selector gives real
 * sample times; an expression has none, so its value stands for the instant it was asked at.
 */
export async function pollKpi(
  metrics: LiveMetrics,
  poll: Poll,
): Promise<readonly { at: number; value: number }[]> {
  const query = poll.slice.kpi.query;
  if (query === undefined) return [];
  if (!isPlainSelector(query)) {
    const value = await metrics.valueAt(query, poll.toMs, poll.signal);
    return value === null ? [] : [{ at: poll.toMs, value }];
  }
  const found = await metrics.samples(query, poll.fromMs, poll.toMs, poll.signal);
  const [only] = found;
  if (only === undefined || found.length > 1) return [];
  return only.times.map((at, index) => ({ at, value: only.values[index] ?? Number.NaN }));
}
