/**
 * Remote write of 2,000 series × 1 sample × 10 labels a request, on real Kafka: all of them selected, against plain
 * kafkajs that produces the same messages; and 15 of them selected, at full speed and at half of it. As a table and JSON.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { seriesHash } from '@slicecast/contracts';
import { sortedQuantile } from '@slicecast/stats';
import { startKafka } from '@slicecast/testbed/servers';
import { Kafka, logLevel } from 'kafkajs';
import { compressSync } from 'snappy';
import { headers1, headers2 } from '../services/ima/test/fakes/remote-write.ts';
import { requestAt, seriesCount, writtenSeries } from './written-series.ts';

const seconds = Number(process.env.BENCH_SECONDS ?? 10);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const topic = 'selected-metrics-5';
/** As many requests at a time as a Prometheus has shards that write. */
const shards = 8;
const written1 = { headers: headers1, bodies: bodiesOf(1) };
const written2 = { headers: headers2, bodies: bodiesOf(2) };
type Written = typeof written1;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

const kafka = await startKafka();
const client = new Kafka({ brokers: [kafka.address], logLevel: logLevel.NOTHING });
const admin = client.admin();
await admin.connect();
try {
  console.log(JSON.stringify(await measure(), null, 2));
} finally {
  await admin.disconnect();
  await kafka.stop();
  agent.destroy();
}

function bodiesOf(version: 1 | 2): readonly Buffer[] {
  return Array.from({ length: 10 }, (_, n) =>
    compressSync(requestAt(1_800_000_000_000 + n * 1000, version)),
  );
}

async function measure() {
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const received = await withReceiver(seriesCount, receiveAll);
    const plain = await producePlain();
    ratios.push(received / plain);
    console.log(
      `  round ${round + 1}: /receive ${perSecond(received)}, kafkajs alone ${perSecond(plain)}, ratio ${(received / plain).toFixed(2)}`,
    );
  }
  const few = await withReceiver(15, (url, receiver) => receiveFew(url, receiver, written1));
  const few2 = await withReceiver(15, (url, receiver) => receiveFew(url, receiver, written2));
  const ratio = ratios.toSorted((a, b) => a - b)[ratios.length >>> 1];
  const report = { allSelected: { ratio, ratios }, fifteenSelected: few, fifteenSelected2: few2 };
  console.table({
    'all selected, over plain kafkajs': { measured: ratio?.toFixed(2), aim: '≥ 0.8' },
    '15 of 2,000 selected, samples/s': {
      measured: Math.round(few.samplesPerSecond),
      aim: '≥ 600,000',
    },
    'samples per CPU second of the receiver': {
      measured: Math.round(few.samplesPerCpuSecond),
      aim: '',
    },
    'p99 at half that load, ms': { measured: few.p99Ms.toFixed(1), aim: '< 50' },
    'the same by 2.0, samples/s': { measured: Math.round(few2.samplesPerSecond), aim: '' },
    'by 2.0, p99 at half that load, ms': { measured: few2.p99Ms.toFixed(1), aim: '' },
  });
  return report;
}

/** Samples a second, as Kafka counts them. */
async function receiveAll(url: string): Promise<number> {
  await write(url, 0, written1);
  const before = await messagesInKafka();
  const begun = performance.now();
  await writeFor(url, seconds, 4, written1);
  const elapsed = (performance.now() - begun) / 1000;
  return ((await messagesInKafka()) - before) / elapsed;
}

async function producePlain(): Promise<number> {
  const producer = client.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const batches = [0, 1, 2].map((n) => plainMessages(1_800_000_000_000 + n * 1000));
  let sent = 0;
  const begun = performance.now();
  for (let n = 0; performance.now() - begun < seconds * 1000; n += 1) {
    await producer.sendBatch({
      acks: -1,
      topicMessages: [{ topic, messages: batches[n % 3] ?? [] }],
    });
    sent += seriesCount;
  }
  const elapsed = (performance.now() - begun) / 1000;
  await producer.disconnect();
  return sent / elapsed;
}

function plainMessages(at: number) {
  return writtenSeries.map((labels, index) => ({
    key: seriesHash(labels),
    timestamp: String(at),
    value: JSON.stringify({
      labels,
      name: labels.__name__,
      timestamp: new Date(at).toISOString(),
      value: String(index + at / 7),
    }),
  }));
}

async function receiveFew(url: string, receiver: ChildProcess, written: Written) {
  await writeFor(url, 2, shards, written);
  const before = await cpuSeconds(receiver);
  const begun = performance.now();
  const requests = await writeFor(url, seconds, shards, written);
  const elapsed = (performance.now() - begun) / 1000;
  const cpu = (await cpuSeconds(receiver)) - before;
  const samplesPerSecond = (requests.length * seriesCount) / elapsed;
  const half = await writeAtRate(url, requests.length / elapsed / 2, written);
  return {
    samplesPerSecond,
    samplesPerCpuSecond: (requests.length * seriesCount) / cpu,
    p50Ms: sortedQuantile(half, 0.5),
    p99Ms: sortedQuantile(half, 0.99),
  };
}

/** As fast as they are taken, so many at a time; milliseconds of each. */
async function writeFor(
  url: string,
  forSeconds: number,
  atOnce: number,
  written: Written,
): Promise<readonly number[]> {
  const until = performance.now() + forSeconds * 1000;
  const took: number[] = [];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let n = 0; performance.now() < until; n += 1) took.push(await write(url, n, written));
    }),
  );
  return took;
}

/** So many a second, whatever they take: the waiting of one that is late counts. */
async function writeAtRate(url: string, perSec: number, written: Written): Promise<Float64Array> {
  const begun = performance.now();
  const writes: Promise<number>[] = [];
  for (let n = 0; n < perSec * seconds; n += 1) {
    const due = begun + (1000 * n) / perSec;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    writes.push(write(url, n, written).then(() => performance.now() - due));
  }
  return Float64Array.from(await Promise.all(writes)).sort();
}

function write(url: string, n: number, { headers, bodies }: Written): Promise<number> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/receive`, { method: 'POST', headers, agent }, (answer) => {
      answer.resume();
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(performance.now() - begun);
        else reject(new Error(`answered ${answer.statusCode}`));
      });
    });
    sent.on('error', reject);
    sent.end(bodies[n % bodies.length]);
  });
}

async function withReceiver<T>(
  selected: number,
  work: (url: string, receiver: ChildProcess) => Promise<T>,
): Promise<T> {
  const script = join(import.meta.dirname, 'receive-process.ts');
  const receiver = fork(script, [kafka.address, String(selected)], { silent: true });
  try {
    const [chunk] = await once(receiver.stdout ?? receiver, 'data');
    return await work(String(chunk).trim(), receiver);
  } finally {
    receiver.kill('SIGKILL');
  }
}

async function cpuSeconds(receiver: ChildProcess): Promise<number> {
  receiver.send('cpu');
  const [usage] = (await once(receiver, 'message')) as [NodeJS.CpuUsage];
  return (usage.user + usage.system) / 1e6;
}

async function messagesInKafka(): Promise<number> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return offsets.reduce((sum, { high }) => sum + Number(high), 0);
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`;
}
