import { instanceName, type Subscription } from '@slicecast/platform';
import { createFeedCounts } from './feed-counts.ts';
import { createFeeds } from './feed-slices.ts';
import { followLiveKpi } from './live-kpi.ts';
import { followPushedSamples } from './pushed-samples.ts';
import type { LoopParts, Started } from './start-loops.ts';

export async function startFeed(parts: LoopParts): Promise<Started> {
  const { config, log, clock, logger, follower, sources } = parts;
  await follower.start();
  const counts = createFeedCounts(parts.metrics);
  const feeds = createFeeds({
    slices: follower.view,
    liveSource: (slice) => sources.of(slice, 'live'),
    log,
    clock,
    logger,
    counts,
    allowedLatenessMs: config.IMA_ALLOWED_LATENESS_MS,
  });
  const instance = instanceName(config.IMA_INSTANCE, config.IMA_PORT);
  const subscriptions: Subscription[] = [];
  const stop = async () => {
    for (const subscription of subscriptions.splice(0)) await subscription.close();
    await feeds.stop();
  };
  try {
    subscriptions.push(await followLiveKpi(log, feeds, counts));
    if (sources.anyPushed) {
      subscriptions.push(await followPushedSamples({ log, instance, feeds, counts }));
      parts.receiver.feed(feeds);
    }
    // What is written from here on comes by the subscriptions; what was written before, a feed reads back.
    feeds.begin();
  } catch (error) {
    // The stage is tried again as a whole.
    await stop();
    await follower.stop();
    throw error;
  }
  return { feeds, stop };
}
