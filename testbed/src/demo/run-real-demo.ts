import { setTimeout } from 'node:timers/promises';
import { createKafkaLog } from '@slicecast/platform';
import { sortedQuantile } from '@slicecast/stats';
import { type RealSuite, startRealSuite } from '../suite/real-suite.ts';
import { call, follow } from './call-api.ts';
import { startCallbackReceiver } from './callback-receiver.ts';
import { demoSlice } from './demo-slice.ts';
import { adoptKpiQuery, profileAndShow, startForecastAndOrchestration } from './demo-steps.ts';
import { type Summary, summarise } from './summarise.ts';
import { showSummary } from './view/show-summary.ts';
import { showTick } from './view/show-tick.ts';
import { paint, type Screen } from './view/terminal.ts';
import { type LiveTick, watchLive } from './watch-live.ts';

export interface RealDemoOptions {
  readonly screen: Screen;
  readonly logLevel: string;
  /** Seconds of the live part, at the pace of the clock. */
  readonly liveSeconds: number;
  /** While everything still runs, after the live part. */
  readonly afterwards?: (suite: RealSuite) => Promise<void>;
}

export interface RealSummary extends Summary {
  /** From the instant a decision is about to the moment it can be read from Kafka. */
  readonly decidedAfterMs: { readonly p50: number; readonly p99: number };
  /** Ticks that were watched, and how many of them InfluxDB has a forecast and a decision of. */
  readonly recorded: {
    readonly ticks: number;
    readonly forecasts: number;
    readonly decisions: number;
  };
}

/** The clock runs while the flavors are profiled; after that the load is about to need the larger one. */
const liveOffsetSeconds = 700;

/** The same job as separate processes on Kafka, PostgreSQL, InfluxDB and Prometheus, at the pace of the clock. */
export async function runRealDemo(options: RealDemoOptions): Promise<RealSummary> {
  const { screen, logLevel, liveSeconds } = options;
  const begun = performance.now();
  screen.line(paint('bold', 'Slicecast as separate services on real servers'));
  const suite = await startRealSuite({
    liveOffsetSeconds,
    logLevel,
    tell: (what) => screen.line(paint('dim', `  ${what}`)),
  });
  const receiver = await startCallbackReceiver();
  const log = createKafkaLog({
    access: { brokers: [suite.servers.kafka.address] },
    topics: { partitions: 12, replicationFactor: -1, retentionMs: 3_600_000 },
    clientId: 'demo',
  });
  try {
    const profiled = [];
    for (const flavorId of [1, 2]) {
      profiled.push(await profileAndShow(screen, suite, receiver, flavorId));
    }
    const proposedKpiQuery = await adoptKpiQuery(screen, suite);
    await startForecastAndOrchestration(screen, suite, `Watching ${liveSeconds} seconds go by`);
    const ticks = await watchLive(log, suite.prometheus.recording, {
      ticks: liveSeconds,
      tell: (tick, done, of) => showTick(screen, tick, done, of),
    });
    screen.settle();
    const summary = {
      ...summarise({
        ...demoSlice,
        recording: suite.prometheus.recording,
        profiled,
        ticks,
        callbacks: receiver.received,
        proposedKpiQuery,
        seconds: (performance.now() - begun) / 1000,
      }),
      decidedAfterMs: latenciesOf(ticks),
      recorded: await recordedOf(suite, ticks),
    };
    showSummary(screen, summary);
    showReal(screen, summary);
    await options.afterwards?.(suite);
    return summary;
  } finally {
    await log.close();
    await suite.stop();
    await receiver.close();
  }
}

function latenciesOf(ticks: readonly LiveTick[]) {
  const all = Float64Array.from(ticks, ({ decidedAfterMs }) => decidedAfterMs).sort();
  return { p50: sortedQuantile(all, 0.5), p99: sortedQuantile(all, 0.99) };
}

/** Points come a moment after their messages: the recorder writes in batches. */
async function recordedOf(suite: RealSuite, ticks: readonly LiveTick[]) {
  const [first, last] = [ticks[0]?.second ?? 0, ticks.at(-1)?.second ?? 0];
  const horizonSeconds = 30;
  const count = async (measurement: string, field: string, shiftSeconds: number) => {
    const range = `time >= ${first + shiftSeconds}s and time <= ${last + shiftSeconds}s`;
    const query = `select count("${field}") from "${measurement}" where ${range} group by flavor`;
    const parameters = new URLSearchParams({ db: 'slicecast', q: query });
    const answer = (await call('GET', `${suite.servers.influxdb.address}/query?${parameters}`)) as {
      results: [{ series?: { values: [[string, number]] }[] }];
    };
    return answer.results[0].series?.[0]?.values[0][1] ?? 0;
  };
  const ask = async () => ({
    ticks: ticks.length,
    forecasts: await count('forecast', 'q50', horizonSeconds),
    decisions: await count('decision', 'action', 0),
  });
  const isWhole = ({ forecasts, decisions }: Awaited<ReturnType<typeof ask>>) =>
    forecasts >= ticks.length && decisions >= ticks.length;
  await setTimeout(1000);
  return follow(ask, isWhole, { timeoutMs: 15_000, pauseMs: 500 });
}

function showReal(screen: Screen, { decidedAfterMs, recorded }: RealSummary): void {
  const { p50, p99 } = decidedAfterMs;
  screen.line(
    `  decided ${p50.toFixed(0)} ms after the instant (p99 ${p99.toFixed(0)} ms), scrape and lateness included`,
  );
  const { ticks, forecasts, decisions } = recorded;
  screen.line(`  InfluxDB has ${forecasts} forecasts and ${decisions} decisions of ${ticks} ticks`);
}
