/**
 * Many slices at once, as their users run them: SRO, IMA and forecasting as processes on real Kafka and PostgreSQL, a
 * writer that sends each slice's 15 samples and KPI every second, a host's at an instant of its own
 * as Prometheus scrapes it, or all of them at once with BENCH_TOGETHER=1. From sample to decision, lag, memory and processor
 * time, as a table and JSON: `BENCH_SLICES=1000 BENCH_MINUTES=5 node bench/slices.ts`. BENCH_MODELS names a file that
 * keeps the two trained models for the next run; BENCH_PROFILES a folder for CPU profiles of the services.
 */
import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connectDatabase, silentLogger } from '@slicecast/platform';
import { median } from '@slicecast/stats';
import { startKafka, startPostgres } from '@slicecast/testbed/servers';
import { Kafka, logLevel } from 'kafkajs';
import { freePort } from '../testbed/src/servers/free-port.ts';
import { createServiceProcess, type ServiceName } from '../testbed/src/suite/service-process.ts';
import { followDelays } from './slices/delays.ts';
import { makeTopics } from './slices/make-topics.ts';
import { giveModels, operatorFileOf, startSlices } from './slices/set-up-slices.ts';
import { recordedTraces, trainFlavors } from './slices/two-flavors.ts';
import { lagOfGroups } from './slices/watch-lag.ts';
import { type Taken, takenBy } from './slices/watch-processes.ts';

const slices = Number(process.env.BENCH_SLICES ?? 1000);
const minutes = Number(process.env.BENCH_MINUTES ?? 5);
const warmUpSeconds = Number(process.env.BENCH_WARM_UP_SECONDS ?? 60);
const { BENCH_MODELS: modelsFile, BENCH_PROFILES: profiles } = process.env;
const scrapes = process.env.BENCH_TOGETHER === undefined ? 'apart' : 'together';
const lookSeconds = 10;
const looksPerMinute = 60 / lookSeconds;
const sampleWaitMs = 10_000;
const names = ['sro', 'forecasting', 'ima'] as const satisfies readonly ServiceName[];
const undo: (() => Promise<unknown>)[] = [];
const begun = performance.now();

try {
  const report = await measure();
  show(report);
  console.log(JSON.stringify(report, null, 2));
} finally {
  for (const step of undo.splice(0).reverse()) await step();
}
process.exit();

async function measure() {
  const models = await trainFlavors(recordedTraces(), modelsFile);
  tell('two models are trained');
  const { kafka, postgres, services, database } = await startServices();
  const client = new Kafka({ brokers: [kafka.address], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  undo.push(() => admin.disconnect());
  await makeTopics(admin);
  await services.sro.start();
  await services.forecasting.start();
  tell('sro and forecasting run');
  await giveModels(database, models, slices);
  await startSlices(database, models);
  tell(`${slices} slices have their models`);
  await services.ima.start();
  await services.ima.ready();
  const script = join(import.meta.dirname, 'slices/live-process.ts');
  const live = fork(script, [services.ima.url, kafka.address, String(slices), scrapes]);
  undo.push(async () => live.disconnect());
  let writer = { refused: 0, lateMs: 0 };
  live.on('message', (told: typeof writer) => {
    writer = told;
  });
  const delays = await followDelays(client, (sliceId, flavorId) =>
    live.send({ sliceId, flavorId }),
  );
  undo.push(() => delays.close());
  const pids = {
    ...Object.fromEntries(names.map((name) => [name, services[name].process.pid ?? 0])),
    kafka: kafka.pid,
    postgres: postgres.pid,
    writer: live.pid ?? 0,
    'all, this bench too': process.pid,
  };
  tell(`the writer runs; ${warmUpSeconds} s to warm up`);
  await wait(warmUpSeconds * 1000);
  const from = Math.ceil(Date.now() / 1000) * 1000;
  const looks = [await look()];
  async function look() {
    const [taken, lags] = await Promise.all([takenBy(pids), lagOfGroups(admin)]);
    const second = (Date.now() - from) / 1000;
    return { second, taken, lags, writer, load: loadavg()[0] ?? 0 };
  }
  while (Date.now() < from + minutes * 60_000) {
    await wait(lookSeconds * 1000);
    const newest = await look();
    looks.push(newest);
    const behind = Object.entries(newest.lags).filter(([, lag]) => lag > 0);
    tell(`lag ${JSON.stringify(Object.fromEntries(behind))}, load ${newest.load.toFixed(1)}`);
  }
  await wait(sampleWaitMs);
  const perMinute = Array.from({ length: minutes }, (_, minute) => ({
    minute: minute + 1,
    due: slices * 60,
    ...delays.between(from + minute * 60_000, from + (minute + 1) * 60_000),
  }));
  const perSecond = Array.from({ length: 60 * minutes }, (_, second) => {
    const { tickP50Ms, tickP99Ms } = delays.between(
      from + 1000 * second,
      from + 1000 * (second + 1),
    );
    return { second, tickP50Ms, tickP99Ms };
  });
  return {
    slices,
    scrapes,
    minutes,
    processors: cpus().length,
    perMinute,
    whole: delays.between(from, from + minutes * 60_000),
    slowestSeconds: perSecond.toSorted((a, b) => b.tickP99Ms - a.tickP99Ms).slice(0, 10),
    processes: processesOf(looks, delays.arrived(from, from + 1000 * (looks.at(-1)?.second ?? 0))),
    lags: lagsOf(looks),
    looks,
  };
}

async function startServices() {
  const folder = await mkdtemp(join(tmpdir(), 'slicecast-bench-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  const kafka = await startKafka();
  undo.push(() => kafka.stop());
  const postgres = await startPostgres();
  undo.push(() => postgres.stop());
  const file = join(folder, 'slicecast.yaml');
  await writeFile(file, operatorFileOf(slices));
  const ports = { sro: await freePort(), forecasting: await freePort(), ima: await freePort() };
  const shared = {
    SLICECAST_FILE: file,
    LOG_LEVEL: 'error',
    KAFKA_BROKERS: kafka.address,
    DATABASE_URL: postgres.address,
    IMA_DATA_DIR: join(folder, 'ima'),
    SRO_URL: `http://127.0.0.1:${ports.sro}`,
    IMA_URL: `http://127.0.0.1:${ports.ima}`,
    FORECASTING_URL: `http://127.0.0.1:${ports.forecasting}`,
  };
  const make = (name: keyof typeof ports) => {
    const profile = `--cpu-prof --cpu-prof-interval=2000 --cpu-prof-name=${name}.cpuprofile`;
    return createServiceProcess(name, ports[name], {
      ...shared,
      ...(profiles === undefined ? {} : { NODE_OPTIONS: `${profile} --cpu-prof-dir=${profiles}` }),
    });
  };
  const services = { sro: make('sro'), forecasting: make('forecasting'), ima: make('ima') };
  undo.push(async () => {
    for (const { name, process } of Object.values(services)) {
      if (process.output() !== '')
        console.error(`${name} wrote:\n${process.output().slice(-2000)}`);
      await process.stop();
    }
  });
  const database = connectDatabase({ url: postgres.address, logger: silentLogger });
  undo.push(() => database.close());
  return { kafka, postgres, services, database };
}

type Looks = readonly {
  readonly second: number;
  readonly taken: Readonly<Record<string, Taken>>;
  readonly lags: Readonly<Record<string, number>>;
}[];

/** Each process' share of the processors, by the second and by decision, and its memory at first, in the last minute but one and in the last one. */
function processesOf(looks: Looks, decisions: number) {
  const [first] = looks;
  const last = looks.at(-1);
  if (first === undefined || last === undefined) return [];
  const seconds = last.second - first.second;
  return Object.keys(last.taken).map((name) => {
    const cpuMs = (last.taken[name]?.cpuMs ?? 0) - (first.taken[name]?.cpuMs ?? 0);
    const memory = looks.map(({ taken }) => taken[name]?.residentMiB ?? 0);
    return {
      name,
      cpuMsPerSecond: Math.round(cpuMs / seconds),
      cpuMicrosPerDecision: Math.round((1000 * cpuMs) / decisions),
      residentMiB: [
        memory.slice(0, 1),
        memory.slice(-2 * looksPerMinute, -looksPerMinute),
        memory.slice(-looksPerMinute),
      ].map((some) => Math.round(median(some))),
    };
  });
}

/** Messages behind, by group: at first, at the most, at last. */
function lagsOf(looks: Looks) {
  const groups = Object.keys(looks.at(-1)?.lags ?? {});
  return groups.map((group) => {
    const lags = looks.map((each) => each.lags[group] ?? 0);
    return { group, first: lags[0], most: Math.max(...lags), last: lags.at(-1) };
  });
}

function show(report: Awaited<ReturnType<typeof measure>>): void {
  console.log(
    `${slices} slices × 15 series at 1 Hz, scraped ${scrapes}; aim: sample → decision p99 < 1,000 ms`,
  );
  const { reasons: _, ...whole } = report.whole;
  console.table([
    ...report.perMinute.map(({ reasons, ...minute }) => minute),
    { minute: 'all', due: report.slices * 60 * report.minutes, ...whole },
  ]);
  console.table(report.perMinute.map(({ reasons }) => reasons));
  console.table(report.slowestSeconds);
  console.table(report.processes);
  console.table(report.lags);
}

function tell(what: string): void {
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(`  ${seconds} s: ${what}`);
}
