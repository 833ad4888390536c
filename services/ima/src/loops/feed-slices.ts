import type { SliceState } from '@slicecast/contracts';
import { type Clock, every, type Log, type Logger, type Loop } from '@slicecast/platform';
import type { PushedSample } from '../domain/parse-sample-message.ts';
import type { ConfinedSource } from '../ports.ts';
import type { FeedCounts } from './feed-counts.ts';
import { createFeedHistory, type FeedHistory } from './feed-history.ts';
import { SliceFeed } from './feed-slice.ts';
import type { SliceView } from './follow-slices.ts';
import { SeriesReaders } from './series-readers.ts';

export interface FeedSlicesOptions {
  readonly slices: SliceView;
  /** The live source of a slice; throws an AppError when the operator's file does not have it. */
  readonly liveSource: (slice: SliceState) => ConfinedSource;
  readonly log: Log;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counts: FeedCounts;
  readonly allowedLatenessMs: number;
}

export interface Feeds {
  /** From now on there is a feed for each slice that wants one. */
  begin(): void;
  offerKpi(sliceId: number, at: number, value: number): Promise<void>;
  /** Whether a sample that was written to the log is news to a slice, or to be counted because none reads it. */
  wantsSample(hash: string, at: number): boolean;
  /** A sample that was written to the log, for every slice that selected its series. */
  offerSample(hash: string, sample: PushedSample): void;
  /** The same, by whom it was written: the feeds need not wait until the log gives it back. */
  handOver(hash: string, sample: PushedSample): void;
  describe(sliceId: number): ReturnType<SliceFeed['describe']> | undefined;
  stop(): Promise<void>;
}

interface Running {
  readonly feed: SliceFeed;
  /** What a feed cannot follow while it runs: with another, it is begun anew. */
  readonly kind: string;
  readonly stop: () => Promise<void>;
}

/** How often the set of feeds is compared with the slices that want one. */
const comparePeriodMs = 200;

/** Once begun, keeps one feed running for each slice that forecasts and has trained flavors. */
export function createFeeds(options: FeedSlicesOptions): Feeds {
  const running = new Map<number, Running>();
  const readers = new SeriesReaders();
  const history = createFeedHistory(options.log, options.clock);
  let comparing: Loop | undefined;

  async function compare(): Promise<void> {
    const slices = options.slices.list().filter(wantsFeed);
    const wanted = new Map(slices.map((slice) => [slice.sliceId, slice]));
    for (const [id, { feed, kind, stop }] of running) {
      const slice = wanted.get(id);
      if (slice !== undefined && kindOf(slice) === kind) continue;
      running.delete(id);
      await stop();
      readers.remove(feed);
    }
    for (const [id, slice] of wanted) {
      if (!running.has(id)) running.set(id, startFeed({ ...options, history, readers }, slice));
    }
  }

  return {
    begin() {
      const { logger } = options;
      comparing ??= every({
        name: 'feed-slices',
        periodMs: comparePeriodMs,
        logger,
        run: compare,
      });
    },
    async offerKpi(sliceId, at, value) {
      const found = running.get(sliceId);
      if (found === undefined) options.counts.kpi('no-feed');
      else await found.feed.offerKpi(at, value);
    },
    offerSample(hash, sample) {
      const feeds = readers.of(hash);
      if (feeds.length === 0) options.counts.sample('no-feed');
      for (const feed of feeds) feed.offerSample(hash, sample);
    },
    wantsSample(hash, at) {
      const feeds = readers.of(hash);
      return feeds.length === 0 || feeds.some((feed) => feed.wants(hash, at));
    },
    handOver(hash, sample) {
      for (const feed of readers.of(hash)) feed.handOver(hash, sample);
    },
    describe: (sliceId) => running.get(sliceId)?.feed.describe(),
    async stop() {
      await comparing?.stop();
      await Promise.all([...running.values()].map(({ stop }) => stop()));
    },
  };
}

function wantsFeed(slice: SliceState): boolean {
  return slice.forecasting && !slice.deleted && slice.trained.length > 0;
}

function kindOf(slice: SliceState): string {
  return `${slice.sources.live} ${slice.stepMs}`;
}

interface FeedParts extends FeedSlicesOptions {
  readonly history: FeedHistory;
  readonly readers: SeriesReaders;
}

function startFeed(options: FeedParts, slice: SliceState): Running {
  const feed = new SliceFeed({
    slice: () => options.slices.get(slice.sliceId),
    source: options.liveSource(slice),
    log: options.log,
    history: options.history,
    clock: options.clock,
    logger: options.logger,
    counts: options.counts,
    allowedLatenessMs: options.allowedLatenessMs,
    onFeatures: () => options.readers.renew(feed),
  });
  // A feed runs until it is stopped; when the log refuses it, it begins again where the record ends.
  const loop: Loop = every({
    name: `feed-slice-${slice.sliceId}`,
    periodMs: 1000,
    logger: options.logger,
    run: (signal) => feed.run(signal),
  });
  return { feed, kind: kindOf(slice), stop: () => loop.stop() };
}
