import { type SliceInputRow, type SliceState, seriesHash, topics } from '@slicecast/contracts';
import {
  createMemoryLog,
  createSteppedClock,
  createTestDatabase,
  type Database,
  type Log,
  type SteppedClock,
} from '@slicecast/platform';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alignSeries } from '../src/domain/align-series.ts';
import { type FakeSeries, startFakePrometheus } from './fakes/fake-prometheus.ts';
import { encode1, encode2, headers1, headers2, write } from './fakes/remote-write.ts';
import { publish, slice, startTestIma, type TestIma } from './fakes/start-test-ima.ts';
import { startMs } from './fakes/traces.ts';

const ticks = 8;
/** Scraped before the first tick: a rate looks back. */
const secondsBefore = 5;

/** Scraped shortly before each tick, with milliseconds. */
function scraped(name: string, value: (second: number) => number): FakeSeries {
  const seconds = Array.from(
    { length: secondsBefore + ticks },
    (_, index) => index + 1 - secondsBefore,
  );
  return {
    labels: { __name__: name, instance: '10.0.0.1:9100', job: 'node' },
    times: seconds.map((second) => startMs + second * 1000 - 123),
    values: seconds.map(value),
  };
}
const gauge = scraped('connections', (second) => 40 + second / 3);
// A counter that is reset at the fifth second.
const counter = scraped('bytes_total', (second) =>
  second < 5 ? 1000 * (second + 10) : 70 * second,
);
const series = [gauge, counter];
const features = [
  { ...featureOf(gauge), transform: 'raw' as const, windowMs: 0 },
  { ...featureOf(counter), transform: 'rate' as const, windowMs: 4000 },
];

function featureOf({ labels }: FakeSeries) {
  return { series: seriesHash(labels), labels, maxAgeMs: 5000 };
}

const trained: SliceState = {
  ...slice,
  version: 2,
  trained: [{ flavorId: 1, modelId: 'm', features }],
};

interface Feeding {
  readonly log: Log;
  readonly clock: SteppedClock;
  readonly imas: readonly TestIma[];
}

let database: Database;
// A database takes seconds to begin; the tests share one.
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

/** Rows of the slice, made by replicas that share a log while `step` brings the samples of each second. */
async function rowsOf(
  options: { prometheusUrl?: string; live: 'pull' | 'pushed'; replicas?: number; first?: number },
  step: (second: number, feeding: Feeding) => Promise<void>,
): Promise<readonly SliceInputRow[]> {
  const log = createMemoryLog();
  const clock = createSteppedClock(startMs);
  await publish(log, trained);
  const imas: TestIma[] = [];
  for (let replica = 0; replica < (options.replicas ?? 1); replica += 1) {
    const prometheusUrl = options.prometheusUrl ?? 'http://127.0.0.1:9';
    const config = { IMA_INSTANCE: `ima-${replica}` };
    imas.push(
      await startTestIma({
        prometheusUrl,
        source: { live: options.live },
        log,
        database,
        clock,
        config,
      }),
    );
  }
  try {
    // Nobody feeds the slice before all have their share of the slices.
    await publish(log, { ...trained, version: 3, forecasting: true });
    await expect.poll(() => running(imas), patience).toBe(true);
    for (let second = options.first ?? 1; second <= ticks; second += 1) {
      await step(second, { log, clock, imas });
      clock.advanceTo(startMs + second * 1000);
      await expect.poll(async () => (await rowsIn(log)).length, patience).toBe(second);
    }
    return await rowsIn(log);
  } finally {
    for (const { service } of imas) await service.stop();
  }
}

const patience = { timeout: 15_000, interval: 10 };

async function rowsIn(log: Log): Promise<readonly SliceInputRow[]> {
  const rows: SliceInputRow[] = [];
  const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  for await (const { value } of log.readByTime({ topic: topics.sliceInputs, ...all })) {
    if (value.kind === 'row') rows.push(value);
  }
  return rows;
}

/** What is written for a tick: its scrape; with the first one all before it. */
function samplesOf(tick: number) {
  const newest = secondsBefore + tick - 1;
  const from = tick === 1 ? 0 : newest;
  return series.map(({ labels, times, values }) => ({
    labels,
    samples: times
      .map((at, index) => ({ at, value: values[index] ?? Number.NaN }))
      .slice(from, newest + 1),
  }));
}

/** Resolves when the feed has as many samples; before its first tick it has none, and reads them back then. */
async function fedWith(second: number, imas: readonly TestIma[]): Promise<void> {
  if (second === 1) return;
  await expect.poll(() => takenBy(imas), patience).toBe((secondsBefore + second) * series.length);
}

/** Whether the slice's feed runs: it begins with the tick after the instant at which it starts. */
async function running(imas: readonly TestIma[]): Promise<boolean> {
  const states = await Promise.all(
    imas.map(async ({ url }) => (await fetch(`${url}/api/v1/slices/1/feed`)).json()),
  );
  return states.some((state) => (state as { running: boolean }).running);
}

async function takenBy(imas: readonly TestIma[]): Promise<number> {
  let taken = 0;
  for (const { url } of imas) {
    const text = await (await fetch(`${url}/metrics`)).text();
    taken += Number(/slicecast_ima_samples_total\{intake="taken".*\} (\d+)/.exec(text)?.[1] ?? 0);
  }
  return taken;
}

/** Each second is written to the next replica, whichever of them owns the slice. */
async function push(second: number, { imas }: Feeding): Promise<void> {
  const url = `${imas[second % imas.length]?.url}/receive`;
  const [body, headers] =
    second % 2 === 0
      ? [encode1(samplesOf(second)), headers1]
      : [encode2(samplesOf(second)), headers2];
  expect((await write(url, body, headers)).status).toBe(200);
  await fedWith(second, imas);
}

test('profile, pull, remote write and what is read back from the log give equal rows', async () => {
  const prometheus = await startFakePrometheus(series);
  const asked = await rowsOf(
    { prometheusUrl: prometheus.url, live: 'pull' },
    async () => undefined,
  );
  await prometheus.close();
  const pushed = await rowsOf({ live: 'pushed' }, push);
  const readBack = await rowsOf({ live: 'pushed', first: ticks }, async (_second, { log }) => {
    // All was written, and this owner comes only now to the ticks that nobody made.
    for (let tick = 1; tick <= ticks; tick += 1) await append(log, tick);
  });
  expect(pushed).toEqual(asked);
  expect(readBack).toEqual(asked);
  const instants = Float64Array.from(asked, ({ at }) => at);
  for (const [index, feature] of features.entries()) {
    const source = series[index] ?? gauge;
    const column = asked[0]?.features.findIndex((id) => id.startsWith(feature.series)) ?? -1;
    const live = asked.map(({ values }) => values[column] ?? Number.NaN);
    expect(live).toEqual([...alignSeries(source, instants, feature).values]);
  }
  expect(asked.every(({ states }) => states[0] === 'fresh')).toBe(true);
});

test('whichever replica is written to, the one that owns the slice makes its rows, each once', async () => {
  const alone = await rowsOf({ live: 'pushed' }, push);
  const shared = await rowsOf({ live: 'pushed', replicas: 2 }, push);
  expect(shared).toEqual(alone);
});

async function append(log: Log, tick: number): Promise<void> {
  const messages = samplesOf(tick).flatMap(({ labels, samples }) =>
    samples.map(({ at, value }) => ({
      key: seriesHash(labels),
      at,
      value: {
        labels,
        name: labels.__name__ ?? '',
        timestamp: new Date(at).toISOString(),
        value: String(value),
      },
    })),
  );
  await log.append(topics.selectedMetrics, messages);
}
