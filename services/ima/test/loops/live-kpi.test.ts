import { topics } from '@slicecast/contracts';
import { createMemoryLog } from '@slicecast/platform';
import { expect, test, vi } from 'vitest';
import type { FeedCounts } from '../../src/loops/feed-counts.ts';
import { followLiveKpi } from '../../src/loops/live-kpi.ts';

test('the values of a batch are offered at once, whatever each of them waits for', async () => {
  const log = createMemoryLog();
  const offered: unknown[] = [];
  const unreadable: string[] = [];
  const written = Promise.withResolvers<void>();
  const feeds = {
    offerKpi: (...value: number[]) => {
      offered.push(value);
      return written.promise;
    },
  };
  const counts = { kpi: (intake: string) => unreadable.push(intake) };
  await log.append(
    topics.clientMetrics,
    ['kpi_1', 'nobody', 'kpi_2', 'kpi_1'].map((measurement, second) => ({
      key: 'one partition',
      at: second * 1000,
      value: { measurement, values: [second * 10], time: String(second), tags: {} },
    })),
  );
  const subscription = await followLiveKpi(log, feeds, counts as Pick<FeedCounts, 'kpi'>);
  await vi.waitFor(() =>
    expect(offered).toEqual([
      [1, 0, 0],
      [2, 2000, 20],
      [1, 3000, 30],
    ]),
  );
  expect(unreadable).toEqual(['unreadable']);
  written.resolve();
  await subscription.close();
});
