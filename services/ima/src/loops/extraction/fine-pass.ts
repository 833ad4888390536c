import type { Feature } from '@slicecast/contracts';
import { type AlignedColumn, alignSeries } from '../../domain/align-series.ts';
import { featureOf } from '../../domain/feature-rule.ts';
import type { CoarseCandidate } from '../../domain/rank-candidates.ts';
import type { RefusalLog } from '../../domain/refusal-log.ts';
import { scrapeIntervalOf } from '../../domain/scrape-interval.ts';
import type { ConfinedSource, TimeRange } from '../../ports.ts';
import type { Ask } from './asking.ts';
import { mapBounded } from './bounded.ts';
import { type ReadSamples, readSeries } from './read-series.ts';

export interface FinePassOptions {
  readonly source: ConfinedSource;
  readonly ask: Ask;
  readonly candidates: readonly CoarseCandidate[];
  /** The profile's rows, epoch ms. */
  readonly ticks: Float64Array;
  readonly scrapeIntervalMs: number;
  readonly refusals: RefusalLog;
  readonly limits: { readonly concurrency: number; readonly maxSamplesPerRequest: number };
  readonly progress: (share: number) => void;
}

/** A candidate on the profile's clock; NaN where a value is missing. */
export interface FineColumn {
  readonly feature: Feature;
  readonly values: Float64Array;
  /** Of a rate: the raw values as well, because files in MLO-V2's form carry those. */
  readonly raw: Float64Array | undefined;
}

/** How far before the first tick samples are read: as far as rates of slow scrapes look back. */
const leadMs = 300_000;
/** Columns with fewer usable cells are dead for the selection. */
const leastPresentShare = 0.5;

/** Reads every sample of the candidates and puts them on the ticks, in the order given. */
export async function* finePass(options: FinePassOptions): AsyncGenerator<FineColumn> {
  const { ticks, candidates, limits } = options;
  const range = { startMs: (ticks[0] ?? 0) - leadMs, endMs: ticks.at(-1) ?? 0 };
  const columns = mapBounded(candidates, limits.concurrency, async (candidate) => ({
    candidate,
    samples: await readSeries(options, candidate.labels, range, limits.maxSamplesPerRequest),
  }));
  let done = 0;
  for await (const { candidate, samples } of columns) {
    const column = toColumn(options, candidate, samples);
    if (column !== undefined) yield column;
    done += 1;
    options.progress(done / candidates.length);
  }
}

function toColumn(
  { ticks, refusals, scrapeIntervalMs }: FinePassOptions,
  { labels, transform }: CoarseCandidate,
  samples: ReadSamples,
): FineColumn | undefined {
  const interval = scrapeIntervalOf([samples.times]) ?? scrapeIntervalMs;
  const feature = featureOf(labels, transform, interval);
  const column = alignSeries(samples, ticks, feature);
  if (column.present < leastPresentShare * ticks.length) {
    refusals.add(labels, 'dead', `has usable values at ${column.present} of ${ticks.length} rows`);
    return undefined;
  }
  return {
    feature: { ...feature, longestUnchangedMs: stillness(column, feature) },
    values: column.values,
    raw:
      transform === 'raw'
        ? undefined
        : alignSeries(samples, ticks, { ...feature, transform: 'raw' }).values,
  };
}

/** A value may always stand as long as a sample may be old, else two ticks between scrapes look frozen. */
function stillness(column: AlignedColumn, feature: Feature): number {
  return Math.max(column.longestUnchangedMs, feature.maxAgeMs);
}

/** As many series are looked at, over the last half hour, to find how often the source is scraped. */
const probes = 9;
const probeMs = 1_800_000;

/** The scrape interval of the candidates, ms: from a few of them, spread over the ranking. */
export async function probeScrapeInterval(
  options: Pick<FinePassOptions, 'source' | 'ask' | 'candidates'>,
  range: TimeRange,
): Promise<number | undefined> {
  const { candidates } = options;
  const stride = Math.max(1, Math.floor(candidates.length / probes));
  const times: (readonly number[])[] = [];
  const probed = { startMs: Math.max(range.startMs, range.endMs - probeMs), endMs: range.endMs };
  for (let index = 0; index < candidates.length && times.length < probes; index += stride) {
    const labels = candidates[index]?.labels;
    if (labels === undefined) break;
    const samples = await readSeries(options, labels, probed, probeMs / 1000);
    times.push(samples.times);
  }
  return scrapeIntervalOf(times);
}
