import { topics } from '@slicecast/contracts';
import type { Log, Subscription } from '@slicecast/platform';
import { parseClientMetric } from '../domain/parse-client-metric.ts';
import type { FeedCounts } from './feed-counts.ts';
import type { Feeds } from './feed-slices.ts';

/** Brings what tenants send to `client-metrics` to the feeds of their slices. */
export function followLiveKpi(
  log: Log,
  feeds: Pick<Feeds, 'offerKpi'>,
  counts: Pick<FeedCounts, 'kpi'>,
): Promise<Subscription> {
  return log.subscribe({
    group: 'ima-live-kpi',
    topic: topics.clientMetrics,
    async onBatch(records) {
      const metrics = records.flatMap(({ value }) => parseClientMetric(value) ?? []);
      for (let k = metrics.length; k < records.length; k += 1) counts.kpi('unreadable');
      // In order for each slice; those that come after their rows are written together.
      await Promise.all(
        metrics.map(({ sliceId, at, value }) => feeds.offerKpi(sliceId, at, value)),
      );
    },
  });
}
