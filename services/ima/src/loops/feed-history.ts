import { createSampleReader, type SliceState, seriesHash, topics } from '@slicecast/contracts';
import type { Clock, Log } from '@slicecast/platform';
import { type PushedSample, parseSampleMessage } from '../domain/parse-sample-message.ts';
import { type Beginning, type FeedPosition, resumeFeeds } from './resume-feed.ts';
import { Rounds } from './rounds.ts';

/** Pushed samples that a feed wants of the time before it knew that it would. */
export interface WantedSamples {
  readonly series: Iterable<string>;
  /** Epoch ms. */
  readonly fromMs: number;
  offer(hash: string, sample: PushedSample): void;
}

/**
 * What the log holds of the time before a feed. Feeds that begin together, after a restart or with a partition,
 * share one read of each topic, so that a thousand cost about as much as one.
 */
export interface FeedHistory {
  position(slice: SliceState): Promise<FeedPosition>;
  /** Resolves when all samples up to now were offered. */
  samples(wanted: WantedSamples): Promise<void>;
}

interface PositionQuestion extends Beginning {
  take(position: FeedPosition): void;
}

export function createFeedHistory(log: Log, clock: Clock): FeedHistory {
  const positions = new Rounds<PositionQuestion>(async (questions) => {
    const found = await resumeFeeds(log, questions);
    for (const { slice, take } of questions) {
      const position = found.get(slice.sliceId);
      if (position !== undefined) take(position);
    }
  });
  const samples = new Rounds<WantedSamples>((wanted) => readSamples(log, wanted, clock.now()));
  return {
    position: (slice) =>
      new Promise((take, reject) => {
        positions.ask({ slice, now: clock.now(), take }).catch(reject);
      }),
    samples: (wanted) => samples.ask(wanted),
  };
}

async function readSamples(log: Log, wanted: readonly WantedSamples[], now: number): Promise<void> {
  const bySeries = new Map<string, WantedSamples[]>();
  for (const each of wanted) {
    for (const hash of each.series) {
      const readers = bySeries.get(hash);
      if (readers === undefined) bySeries.set(hash, [each]);
      else readers.push(each);
    }
  }
  const fromMs = Math.min(...wanted.map((each) => each.fromMs));
  const topic = { ...topics.selectedMetrics, ...createSampleReader() };
  for await (const { key, at, value } of log.readByTime({ topic, fromMs, toMs: now + 1 })) {
    // Old messages have no key: their series is told by its labels.
    const hash = key === '' ? seriesHash(value.labels) : key;
    const readers = bySeries.get(hash);
    const sample = readers && parseSampleMessage(value);
    if (sample === undefined) continue;
    for (const reader of readers ?? []) if (at >= reader.fromMs) reader.offer(hash, sample);
  }
}
