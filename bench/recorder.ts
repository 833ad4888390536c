import { Agent } from 'node:http';
import { InfluxDB } from '@influxdata/influxdb-client';
import { topics } from '@slicecast/contracts';
import {
  createKafkaLog,
  createMetrics,
  type Log,
  loadEnvironment,
  silentLogger,
  systemClock,
} from '@slicecast/platform';
import { createRecorder, RecorderConfig } from '@slicecast/recorder';
import { startInfluxdb, startKafka } from '@slicecast/testbed/servers';

/**
 * The recorder end to end, Kafka → InfluxDB, against the same client writing the same lines from memory,
 * side by side on this machine: messages a second and their ratio, in turn and several times, as a table
 * and as JSON. Each message is a sample of one of 2,000 series with 10 labels. The client's requests are
 * as large and as many at a time as suit it best of what is tried here.
 */
const total = Number(process.env.BENCH_MESSAGES ?? 300_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const series = 2000;

/** Messages a second, and what each cost this process: the latter says the same on a busy machine. */
interface Rate {
  readonly perSecond: number;
  readonly cpuMicros: number;
}
const firstMs = 1_800_000_000_000;

const influx = await startInfluxdb();
const kafka = await startKafka();
const log = createKafkaLog({
  access: { brokers: [kafka.address] },
  topics: { partitions: 12, replicationFactor: 1, retentionMs: 3_600_000 },
  clientId: 'bench',
});
try {
  await measure();
} finally {
  await log.close();
  await kafka.stop();
  await influx.stop();
}

async function measure(): Promise<void> {
  const results: { client: Rate; recorder: Rate }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await fill(log, round);
    const recorder = await recorded(log, round);
    let client: Rate = { perSecond: 0, cpuMicros: 0 };
    for (const [lines, requests] of [
      [500, 8],
      [5000, 2],
      [5000, 4],
    ] as const) {
      const rate = await written(round, lines, requests);
      console.log(`  client, ${requests} × ${lines} lines: ${perSecond(rate)}`);
      if (rate.perSecond > client.perSecond) client = rate;
    }
    results.push({ client, recorder });
    console.log(
      `round ${round + 1}: client ${perSecond(client)}, recorder ${perSecond(recorder)}, ratio ${(recorder.perSecond / client.perSecond).toFixed(2)}`,
    );
  }
  const median = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[values.length >>> 1] ?? 0;
  const ratesOf = (who: 'client' | 'recorder') => ({
    perSecond: Math.round(median(results.map((result) => result[who].perSecond))),
    cpuMicros: Number(median(results.map((result) => result[who].cpuMicros)).toFixed(1)),
  });
  const client = ratesOf('client');
  const recorder = ratesOf('recorder');
  const ratio = median(results.map((each) => each.recorder.perSecond / each.client.perSecond));
  const rssMiB = process.memoryUsage().rss / 2 ** 20;
  console.table({
    'client from memory': { ...client, ratio: 1 },
    'recorder, Kafka → InfluxDB': { ...recorder, ratio: Number(ratio.toFixed(2)) },
  });
  console.log(JSON.stringify({ total, rounds, client, recorder, ratio, rssMiB }));
}

/** The time of a round is its own: every message makes a new point. */
function atOf(round: number, n: number): number {
  return firstMs + (round * Math.ceil(total / series) + Math.floor(n / series)) * 1000;
}

function labelsOf(n: number): Record<string, string> {
  const labels: Record<string, string> = { __name__: `node_metric_${n % 50}`, job: 'node' };
  labels.instance = `192.168.0.${n % 40}:9100`;
  for (let index = 0; index < 7; index += 1) labels[`label_${index}`] = `value-${n % series}`;
  return labels;
}

async function fill(into: Log, round: number): Promise<void> {
  const batch = 5000;
  for (let from = 0; from < total; from += batch) {
    const messages = Array.from({ length: batch }, (_, index) => {
      const n = from + index;
      const at = atOf(round, n);
      const labels = labelsOf(n % series);
      const timestamp = new Date(at).toISOString();
      const value = { labels, name: labels.__name__ ?? '', timestamp, value: String(n) };
      return { key: String(n % series), at, value };
    });
    await into.append(topics.selectedMetrics, messages);
  }
}

/** Messages a second from the recorder's start until the last one is acknowledged. */
async function recorded(from: Log, round: number): Promise<Rate> {
  const config = loadEnvironment(RecorderConfig, {
    INFLUX_URL: influx.address,
    INFLUX_VERSION: '1',
    INFLUX_RETENTION_HOURS: '0',
    RECORDER_PORT: '0',
    RECORDER_STATUS_PERIOD_MS: '3600000',
    RECORDER_MEASUREMENT_TOPICS: 'client-metrics',
  });
  const metrics = createMetrics('recorder');
  const recorder = createRecorder({
    config,
    log: from,
    clock: systemClock,
    logger: silentLogger,
    metrics,
  });
  const writtenTotal = metrics.counter('slicecast_recorder_written_total', '', ['topic']);
  let clock = startClock();
  await recorder.start();
  // Joining a group takes as long whatever there is to record.
  let before = 0;
  for (;;) {
    const { values } = await writtenTotal.get();
    const points = values.reduce((sum, { value }) => sum + value, 0);
    if (before === 0 && points > 0) {
      clock = startClock();
      before = points;
    }
    if (points >= total) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const rate = clock(total - before);
  // After a rebalance some are counted twice: the rest is still to come then.
  for (let tries = 0; tries < 300; tries += 1) {
    if ((await countOf('selected-metrics')) === (round + 1) * total) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await recorder.stop();
  await check('selected-metrics', round);
  return rate;
}

/** Lines a second of the client alone: `requests` side by side, each of so many lines. */
async function written(round: number, lines: number, requests: number): Promise<Rate> {
  const database = `client_${round}_${lines}_${requests}`;
  await query('', `CREATE DATABASE "${database}"`);
  const text = Array.from({ length: total }, (_, n) => lineOf(round, n));
  const agent = new Agent({ keepAlive: true });
  const client = new InfluxDB({ url: influx.address, transportOptions: { agent } });
  let next = 0;
  const clock = startClock();
  await Promise.all(
    Array.from({ length: requests }, async () => {
      const api = client.getWriteApi('any', `${database}/autogen`, 'ms', {
        batchSize: lines + 1,
        flushInterval: 0,
        maxRetries: 0,
        gzipThreshold: Number.MAX_SAFE_INTEGER,
      });
      while (next < total) {
        const from = next;
        next += lines;
        api.writeRecords(text.slice(from, from + lines));
        await api.flush();
      }
    }),
  );
  const rate = clock(total);
  agent.destroy();
  await check(database, 0, total);
  await query('', `DROP DATABASE "${database}"`);
  return rate;
}

function lineOf(round: number, n: number): string {
  const labels = Object.entries(labelsOf(n % series)).sort(([a], [b]) => (a < b ? -1 : 1));
  const tags = labels.map(([key, value]) => `,${key}=${value}`).join('');
  return `node_metric_${(n % series) % 50}${tags} value=${n} ${atOf(round, n)}`;
}

/** Every message is a point, once. */
async function check(database: string, round: number, wanted = (round + 1) * total): Promise<void> {
  const found = await countOf(database);
  if (found !== wanted) throw new Error(`${database} has ${found} points, not ${wanted}`);
}

async function countOf(database: string): Promise<number> {
  const answer = (await query(database, 'SELECT count(value) FROM /.*/')) as {
    results: { series?: { values: [string, number][] }[] }[];
  };
  return (answer.results[0]?.series ?? []).reduce(
    (sum, { values }) => sum + (values[0]?.[1] ?? 0),
    0,
  );
}

async function query(db: string, q: string): Promise<unknown> {
  const url = `${influx.address}/query?${new URLSearchParams({ db, q })}`;
  return (await fetch(url, { method: 'POST' })).json();
}

function startClock(): (messages: number) => Rate {
  const begun = performance.now();
  const cpu = process.cpuUsage();
  return (messages) => {
    const seconds = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return { perSecond: messages / seconds, cpuMicros: (user + system) / messages };
  };
}

function perSecond({ perSecond: rate, cpuMicros }: Rate): string {
  return `${Math.round(rate).toLocaleString('en')}/s (${cpuMicros.toFixed(1)} µs of CPU each)`;
}
