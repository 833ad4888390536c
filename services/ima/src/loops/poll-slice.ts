import { confineQuery, type SliceState, seriesHash } from '@slicecast/contracts';
import { isPlainSelector, liveSelector } from '../domain/live-selector.ts';
import type { IdentifiedFeature } from '../domain/union-features.ts';
import type { ConfinedSource, SampledSeries } from '../ports.ts';

export interface PolledSeries extends SampledSeries {
  readonly hash: string;
}

/** What a slice needs of its source up to `toMs`. */
export interface SlicePoll {
  readonly slice: SliceState;
  readonly features: readonly IdentifiedFeature[];
  readonly samplesFromMs: number;
  readonly kpiFromMs: number;
  readonly toMs: number;
  readonly signal: AbortSignal;
}

/** The features' samples, unless they are pushed, and the KPI's. */
export async function pollSlice(source: ConfinedSource, poll: SlicePoll) {
  const { samplesFromMs, kpiFromMs, ...question } = poll;
  const [series, kpi] = await Promise.all([
    source.pushed ? [] : pollFeatures(source, { ...question, fromMs: samplesFromMs }),
    pollKpi(source, { ...question, fromMs: kpiFromMs }),
  ]);
  return { series, kpi };
}

/** One question to the source, for what is newer than `fromMs`. */
interface Poll extends Pick<SlicePoll, 'slice' | 'features' | 'toMs' | 'signal'> {
  readonly fromMs: number;
}

async function pollFeatures(source: ConfinedSource, poll: Poll): Promise<readonly PolledSeries[]> {
  const wanted = new Map(poll.features.map(({ feature }) => [feature.series, feature.labels]));
  if (wanted.size === 0) return [];
  const selector = liveSelector([...wanted.values()], source.confinement);
  const found = await samples(source, selector, poll);
  return found
    .map((series) => ({ ...series, hash: seriesHash(series.labels) }))
    .filter((series) => wanted.has(series.hash));
}

/**
 * The KPI's samples from the slice's `kpi.query`; none without one, or when it finds more than one
 * series. A plain selector gives real sample times; an expression has none, so its value stands for
 * the instant it was asked at.
 */
async function pollKpi(
  source: ConfinedSource,
  poll: Poll,
): Promise<readonly { at: number; value: number }[]> {
  const query = poll.slice.kpi.query;
  if (query === undefined) return [];
  const confined = confineQuery(query, source.confinement);
  const found = isPlainSelector(query)
    ? await samples(source, confined, poll)
    : (await source.prometheus.at(confined, poll.toMs, poll.signal)).data;
  const [only] = found;
  if (only === undefined || found.length > 1) return [];
  return only.times.map((at, index) => ({ at, value: only.values[index] ?? Number.NaN }));
}

/** Raw samples with their real times: a range selector looks back as far as it is told, and no further. */
async function samples(
  source: ConfinedSource,
  selector: string,
  { fromMs, toMs, signal }: Poll,
): Promise<readonly SampledSeries[]> {
  const seconds = Math.max(1, Math.ceil((toMs - fromMs) / 1000));
  return (await source.prometheus.at(`${selector}[${seconds}s]`, toMs, signal)).data;
}
