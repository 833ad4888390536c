import { topics } from '@slicecast/contracts';
import type { Log, Subscription } from '@slicecast/platform';
import { parseClientMetric } from '../domain/parse-client-metric.ts';
import type { FeedCounts } from './feed-counts.ts';
import type { Feeds } from './feed-slices.ts';

/** Brings what tenants send to `client-metrics` to the feeds of their slices. */
export function followLiveKpi(log: Log, feeds: Feeds, counts: FeedCounts): Promise<Subscription> {
  return log.subscribe({
    group: 'ima-live-kpi',
    topic: topics.clientMetrics,
    async onBatch(records) {
      for (const { value } of records) {
        const metric = parseClientMetric(value);
        if (metric === undefined) counts.kpi('unreadable');
        else await feeds.offerKpi(metric.sliceId, metric.at, metric.value);
      }
    },
  });
}
