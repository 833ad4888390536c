import { createSampleReader, seriesHash, topics } from '@slicecast/contracts';
import type { Log, Subscription } from '@slicecast/platform';
import { parseSampleMessage } from '../domain/parse-sample-message.ts';
import type { FeedCounts } from './feed-counts.ts';
import type { Feeds } from './feed-slices.ts';

export interface PushedSamplesOptions {
  readonly log: Log;
  /** Of this process alone among those that share the log. */
  readonly instance: string;
  readonly feeds: Feeds;
  readonly counts: FeedCounts;
}

/** Thousands a second for a thousand slices: each batch is committed, and costs nothing else that waits. */
const maxRecords = 10_000;
const maxBytes = 4 * 2 ** 20;

/**
 * Brings what stands in `selected-metrics-5`, by IMA's own receiver or an older adapter, to the feeds of all
 * slices that selected it. The topic goes by series and not by slice: each process reads all of it, and a feed that
 * begins reads back what it needs.
 */
export function followPushedSamples(options: PushedSamplesOptions): Promise<Subscription> {
  const { log, instance, feeds, counts } = options;
  return log.subscribe({
    group: `ima-pushed-${instance}`,
    topic: { ...topics.selectedMetrics, ...createSampleReader() },
    from: 'latest',
    maxRecords,
    maxBytes,
    wants: ({ key, at }) => key === '' || feeds.wantsSample(key, at),
    async onBatch(records) {
      for (const { key, value } of records) {
        const sample = parseSampleMessage(value);
        if (sample === undefined) counts.sample('unreadable');
        // Old messages have no key: their series is told by its labels.
        else feeds.offerSample(key === '' ? seriesHash(value.labels) : key, sample);
      }
    },
  });
}
