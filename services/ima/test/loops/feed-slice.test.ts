import {
  type Feature,
  type SliceInput,
  type SliceState,
  seriesHash,
  topics,
} from '@slicecast/contracts';
import {
  createMemoryLog,
  createMetrics,
  createSteppedClock,
  type SteppedClock,
  silentLogger,
} from '@slicecast/platform';
import { expect, test } from 'vitest';
import { createFeedCounts } from '../../src/loops/feed-counts.ts';
import { createFeedHistory } from '../../src/loops/feed-history.ts';
import { SliceFeed } from '../../src/loops/feed-slice.ts';
import type { ConfinedSource } from '../../src/ports.ts';

const start = 1_700_000_000_000;
const labels = { __name__: 'node_load1', instance: '10.0.0.1:9100' };

const feature: Feature = {
  series: seriesHash(labels),
  labels,
  transform: 'raw',
  windowMs: 0,
  maxAgeMs: 2500,
};

function sliceState(more: Partial<SliceState> = {}): SliceState {
  return {
    tenantId: 'default',
    sliceId: 1,
    version: 1,
    epoch: 0,
    name: 'reads',
    hosts: ['10.0.0.1'],
    kpi: { name: 'R_99' },
    sla: { bound: 180, side: 'upper', complianceRatio: 0.99, windowSeconds: 3600 },
    flavors: [{ id: 1, name: 'small', pricePerHour: 1, rank: 1 }],
    flavorInForce: 1,
    flavorSince: start,
    sources: { profile: 'p', live: 'p' },
    stepMs: 1000,
    horizonSeconds: 30,
    historySeconds: 240,
    trained: [{ flavorId: 1, features: [feature], modelId: 'm' }],
    forecasting: true,
    mode: 'recommend',
    paused: false,
    policy: { kind: 'predictive' },
    deleted: false,
    ...more,
  };
}

/** A source whose one series is its time in seconds since the start, at 1 Hz, up to `now`. */
function risingSource(now: () => number): ConfinedSource {
  return sourceOf(async (expression, atMs) => {
    const seconds = Number(/\[([0-9]+)s\]$/.exec(expression)?.[1]);
    const times: number[] = [];
    const until = Math.min(atMs, now());
    const from = Math.floor(atMs / 1000) * 1000 - (seconds - 1) * 1000;
    for (let at = from; at <= until; at += 1000) times.push(at);
    const values = times.map((at) => (at - start) / 1000);
    return { data: [{ labels, times, values }], warnings: [] };
  });
}

function sourceOf(at: ConfinedSource['prometheus']['at']): ConfinedSource {
  const unasked = () => Promise.reject(new Error('the feed asks for samples alone'));
  return {
    name: 'p',
    confinement: '',
    takesName: () => true,
    scrapeIntervalMs: undefined,
    pushed: false,
    prometheus: { names: unasked, series: unasked, range: unasked, at },
  };
}

function bench(slice: SliceState, source: (now: () => number) => ConfinedSource = risingSource) {
  const clock = createSteppedClock(start);
  const metrics = createMetrics('ima');
  const log = createMemoryLog();
  const arrivals: (() => void)[] = [];
  const inputs: SliceInput[] = [];
  const feeds: SliceFeed[] = [];
  const createFeed = () => {
    const feed = new SliceFeed({
      slice: () => slice,
      source: source(() => clock.now()),
      log,
      history: createFeedHistory(log, clock),
      clock,
      logger: silentLogger,
      counts: createFeedCounts(metrics),
      onFeatures: () => undefined,
      allowedLatenessMs: 1500,
    });
    feeds.push(feed);
    return feed;
  };
  const subscribed = log.subscribe({
    group: 'test',
    topic: topics.sliceInputs,
    async onBatch(records) {
      inputs.push(...records.map(({ value }) => value));
      for (const arrived of arrivals.splice(0)) arrived();
    },
  });
  return {
    clock,
    log,
    metrics,
    inputs,
    createFeed,
    /** Runs the work with a feed that is stopped afterwards. */
    async withFeed(work: (feed: SliceFeed) => Promise<void>) {
      await subscribed;
      const stop = new AbortController();
      const feed = createFeed();
      const running = feed.run(stop.signal).catch((error) => {
        if (!stop.signal.aborted) throw error;
      });
      await work(feed);
      stop.abort();
      await running;
    },
    async inputsCame(count: number) {
      while (inputs.length < count) {
        await new Promise<void>((resolve) => arrivals.push(resolve));
      }
    },
  };
}

test('each tick gives one row with the newest values', async () => {
  const { clock, inputs, withFeed, inputsCame } = bench(sliceState());
  await withFeed(async () => {
    for (const second of [1, 2, 3]) {
      clock.advanceTo(start + second * 1000);
      await inputsCame(second);
    }
  });
  expect(inputs.map((input) => (input.at - start) / 1000)).toEqual([1, 2, 3]);
  expect(inputs.map((input) => input.kind === 'row' && input.values)).toEqual([[1], [2], [3]]);
});

test('a KPI goes into the row of its tick, or after it when it comes late', async () => {
  const { clock, inputs, withFeed, inputsCame } = bench(sliceState());
  await withFeed(async (feed) => {
    clock.advanceTo(start + 1000);
    await inputsCame(1);
    await feed.offerKpi(start + 2000, 25);
    clock.advanceTo(start + 2000);
    await inputsCame(2);
    await feed.offerKpi(start + 1000, 24);
    await inputsCame(3);
  });
  expect(inputs[1]).toMatchObject({ kind: 'row', at: start + 2000, kpi: 25 });
  expect(inputs[2]).toEqual({
    kind: 'kpi',
    tenantId: 'default',
    sliceId: 1,
    at: start + 1000,
    kpi: 24,
  });
});

test('a source that does not answer gives rows without values once their lateness is used up', async () => {
  const asked = Promise.withResolvers<void>();
  const { clock, inputs, withFeed, inputsCame } = bench(sliceState(), () =>
    sourceOf(async () => {
      asked.resolve();
      throw new Error('connect ECONNREFUSED');
    }),
  );
  await withFeed(async (feed) => {
    clock.advanceTo(start + 1000);
    await asked.promise;
    clock.advanceTo(start + 2500);
    await inputsCame(1);
    expect(feed.describe().sourceError).toContain('ECONNREFUSED');
  });
  expect(inputs[0]).toMatchObject({ at: start + 1000, states: ['missing'], values: [null] });
});

test('after a restart exactly the missed rows are made, equal to those of an uninterrupted feed', async () => {
  const whole = bench(sliceState());
  await whole.withFeed(async () => {
    for (let second = 1; second <= 6; second += 1) {
      whole.clock.advanceTo(start + second * 1000);
      await whole.inputsCame(second);
    }
  });
  const cut = bench(sliceState());
  await cut.withFeed(async () => {
    cut.clock.advanceTo(start + 1000);
    await cut.inputsCame(1);
    cut.clock.advanceTo(start + 2000);
    await cut.inputsCame(2);
  });
  cut.clock.advanceTo(start + 6000);
  await cut.withFeed(() => cut.inputsCame(6));
  expect(cut.inputs).toEqual(whole.inputs);
});

test('the live KPI can come from a plain selector, with its own sample times', async () => {
  const slice = sliceState({ kpi: { name: 'R_99', query: 'latency_p99' } });
  const { clock, inputs, withFeed, inputsCame } = bench(slice);
  await withFeed(async () => {
    clock.advanceTo(start + 1000);
    await inputsCame(1);
  });
  expect(inputs[0]?.kpi).toBe(1);
});

test('rows of samples that are pushed equal those of samples that are asked for', async () => {
  const asked = bench(sliceState());
  await asked.withFeed(async () => {
    for (const second of [1, 2, 3]) {
      asked.clock.advanceTo(start + second * 1000);
      await asked.inputsCame(second);
    }
  });
  const never = () => Promise.reject(new Error('nothing is asked for'));
  const pushed = bench(sliceState(), () => ({ ...sourceOf(never), pushed: true }));
  /** As a process sees it that follows the topic; a feed that has just begun reads the log back. */
  const push = async (feed: SliceFeed, second: number) => {
    const at = start + second * 1000;
    const value = { labels, name: '', timestamp: new Date(at).toISOString(), value: `${second}` };
    await pushed.log.append(topics.selectedMetrics, [{ key: feature.series, at, value }]);
    feed.offerSample(feature.series, { labels, at, value: second, stale: false });
  };
  await pushed.withFeed(async (feed) => {
    for (const second of [1, 2, 3]) {
      await push(feed, second);
      pushed.clock.advanceTo(start + second * 1000);
      await pushed.inputsCame(second);
    }
  });
  expect(pushed.inputs).toEqual(asked.inputs);
});

test('what is handed over is not wanted of the log any more; what was refused is, and is counted once', async () => {
  const never = () => Promise.reject(new Error('nothing is asked for'));
  const { clock, metrics, withFeed, inputsCame } = bench(sliceState(), () => ({
    ...sourceOf(never),
    pushed: true,
  }));
  const sampleAt = (at: number, stale = false) => ({ labels, at, value: 7, stale });
  const { series } = feature;
  await withFeed(async (feed) => {
    // The feed knows its features from its first tick on, which has waited for them.
    await creep(clock, start + 2500);
    await inputsCame(1);
    const future = start + 60_000;
    expect(feed.wants(series, start + 900)).toBe(true);
    expect(feed.wants('another', start + 900)).toBe(false);
    for (const at of [start + 900, future]) feed.handOver(series, sampleAt(at));
    feed.handOver(series, sampleAt(start + 1000, true));
    expect(feed.wants(series, start + 900)).toBe(false);
    expect(feed.wants(series, start + 1000)).toBe(false);
    expect(feed.wants(series, future)).toBe(true);
    feed.offerSample(series, sampleAt(future));
    feed.handOver(series, sampleAt(start + 900));
  });
  const { body } = await metrics.text();
  const told = [...body.matchAll(/slicecast_ima_samples_total\{intake="([^"]+)".*\} (\d+)/g)];
  expect(Object.fromEntries(told.map(([, intake, count]) => [intake, Number(count)]))).toEqual({
    taken: 1,
    end: 1,
    'from-the-future': 1,
  });
});

test('a feed of pushed samples begins with what the log has of them, with a key or as old adapters wrote it', async () => {
  const never = () => Promise.reject(new Error('nothing is asked for'));
  const { clock, log, inputs, withFeed, inputsCame } = bench(sliceState(), () => ({
    ...sourceOf(never),
    pushed: true,
  }));
  const at = start + 1000;
  const timestamp = new Date(at).toISOString();
  const value = { labels, name: 'load', timestamp, value: '7' };
  await log.append(topics.selectedMetrics, [{ key: '', at, value }]);
  clock.advanceTo(start + 500);
  await withFeed(async () => {
    clock.advanceTo(start + 1000);
    await inputsCame(1);
  });
  expect(inputs[0]).toMatchObject({ kind: 'row', at, values: [7], states: ['fresh'] });
});

test('a series that was told to have ended is missing at once, and back with its next sample', async () => {
  const never = () => Promise.reject(new Error('nothing is asked for'));
  const { clock, inputs, withFeed, inputsCame } = bench(sliceState(), () => ({
    ...sourceOf(never),
    pushed: true,
  }));
  const offer = (feed: SliceFeed, second: number, stale: boolean) => {
    const value = stale ? Number.NaN : second;
    feed.offerSample(feature.series, { labels, at: start + second * 1000, value, stale });
  };
  await withFeed(async (feed) => {
    // The feed waits for its first tick's sample, of which there is none, and knows its features from then on.
    await creep(clock, start + 2500);
    await inputsCame(1);
    offer(feed, 2, false);
    await creep(clock, start + 2600);
    offer(feed, 3, true);
    await creep(clock, start + 4600);
    await inputsCame(3);
    offer(feed, 4, false);
    await creep(clock, start + 4700);
    await inputsCame(4);
  });
  const rows = inputs.map((input) => input.kind === 'row' && [input.values[0], input.states[0]]);
  expect(rows.slice(0, 4)).toEqual([
    [null, 'missing'],
    [2, 'fresh'],
    [null, 'missing'],
    [4, 'fresh'],
  ]);
});

/** Moves the clock in steps so small that whatever waits for one of them goes on before the next. */
async function creep(clock: SteppedClock, until: number): Promise<void> {
  while (clock.now() < until) {
    clock.advanceTo(Math.min(until, clock.now() + 10));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a KPI that is asked for beside pushed samples is asked for no more often than otherwise', async () => {
  const asked: number[] = [];
  const slice = sliceState({ kpi: { name: 'R_99', query: 'latency_p99' } });
  const { clock, withFeed, inputsCame } = bench(slice, (now) => ({
    ...sourceOf(async () => {
      asked.push(now());
      return { data: [], warnings: [] };
    }),
    pushed: true,
  }));
  await withFeed(async () => {
    await creep(clock, start + 2500);
    await inputsCame(1);
  });
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.length).toBeLessThanOrEqual(8);
});
