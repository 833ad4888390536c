import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Job, type SelectionReport, topics } from '@slicecast/contracts';
import { createIma, ImaConfig } from '@slicecast/ima';
import { createMemoryLog, silentLogger, systemClock } from '@slicecast/platform';
import { Value } from 'typebox/value';
import { startDatabaseProcess } from './database-process.ts';

/**
 * How much memory and time an extraction takes: 20,000 generated series over 10,000 s at 1 Hz by
 * default. Prints the peak resident memory of the process that IMA runs in (source and database are
 * processes of their own), against the bound of 1 GB.
 */
const seconds = Number(process.env.BENCH_SECONDS ?? 10_000);
const firstSecond = 1_579_355_129;
const boundBytes = 2 ** 30;

const source = spawn(
  process.execPath,
  [fileURLToPath(new URL('generated-source.ts', import.meta.url))],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
const directory = await mkdtemp(join(tmpdir(), 'slicecast-bench-'));
const selection = await startSink(async (body, query) => {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.length;
  process.stdout.write(
    `selection received ${(bytes / 2 ** 20).toFixed(0)} MiB for K = ${query.get('k')}\n`,
  );
  return {
    features: [],
    refusedCounts: {},
    refusals: [],
    errorByK: [],
    samplesPerSecond: 0,
    kpiSeries: [],
  };
});
const receiver = await startSink(async (body) => {
  for await (const _chunk of body);
  return {};
});

try {
  await run(await firstLine(source));
} finally {
  source.kill();
  selection.close();
  receiver.close();
  await rm(directory, { recursive: true });
}

async function run(sourceUrl: string): Promise<void> {
  const database = await startDatabaseProcess();
  const log = createMemoryLog();
  await log.append(topics.sliceStates, [{ key: '1', at: 1, value: slice() }]);
  const ima = createIma({
    config: Value.Parse(
      ImaConfig,
      Value.Default(ImaConfig, {
        IMA_PORT: 0,
        IMA_DATA_DIR: directory,
        FEATURE_SELECTION_URL: urlOf(selection),
      }),
    ),
    allowPrivateCallbacks: true,
    sources: [{ name: 'generated', url: sourceUrl, selector: '{job="generated"}' }],
    database,
    log,
    clock: systemClock,
    logger: silentLogger,
  });
  const url = await ima.start();
  const before = process.memoryUsage().rss;
  const begun = performance.now();
  const job = await follow(url, await post(url));
  const took = (performance.now() - begun) / 1000;
  await ima.stop();
  await database.close();
  report(job, before, took);
}

async function post(url: string): Promise<string> {
  const form = new FormData();
  const rows = Array.from({ length: seconds }, (_, index) => {
    const second = firstSecond + index;
    return `${second},${200 + 120 * Math.sin(second / 187)}`;
  });
  form.append('YFile', new Blob([`timestamp,R_99\n${rows.join('\n')}\n`]), 'y.csv');
  const fields = { callbackURL: urlOf(receiver), K: '15', sliceFlavor: '1', YField: 'R_99' };
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const answer = await fetch(`${url}/ymetrics/1`, { method: 'POST', body: form });
  if (answer.status !== 201) throw new Error(await answer.text());
  return `${url}${answer.headers.get('location')}`;
}

async function follow(url: string, location: string): Promise<Job> {
  for (;;) {
    const job = (await (await fetch(location)).json()) as Job;
    if (job.status === 'failed') throw new Error(`${url}: ${job.detail}`);
    if (job.status === 'succeeded') return job;
    await systemClock.waitUntil(systemClock.now() + 500);
  }
}

function report(job: Job, before: number, took: number): void {
  const { selection: found } = job.result as { selection: SelectionReport };
  const peak = process.resourceUsage().maxRSS * 1024;
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  process.stdout.write(
    [
      `extraction of ${seconds} s took ${took.toFixed(1)} s`,
      `refused: ${JSON.stringify(found.refusedCounts)}`,
      `resident before ${mebibytes(before)}, peak ${mebibytes(peak)}: ${(peak / boundBytes).toFixed(2)} × the bound of ${mebibytes(boundBytes)}`,
      '',
    ].join('\n'),
  );
}

function slice() {
  return {
    tenantId: 'default',
    sliceId: 1,
    version: 1,
    epoch: 0,
    name: 'bench',
    hosts: ['10.1.0.1'],
    kpi: { name: 'R_99' },
    sla: { bound: 180, side: 'upper' as const, complianceRatio: 0.99, windowSeconds: 3600 },
    flavors: [{ id: 1, name: 'small', pricePerHour: 1, rank: 1 }],
    flavorInForce: 1,
    flavorSince: 1,
    sources: { profile: 'generated', live: 'generated' },
    stepMs: 1000,
    horizonSeconds: 30,
    historySeconds: 240,
    trained: [],
    forecasting: false,
    mode: 'recommend' as const,
    paused: false,
    policy: { kind: 'predictive' as const },
    deleted: false,
  };
}

type Answer = (body: AsyncIterable<Buffer>, query: URLSearchParams) => Promise<object>;

/** Somebody who reads what is sent and answers with JSON. */
async function startSink(answer: Answer) {
  const server = createHttpServer(async (request, response) => {
    const query = new URLSearchParams(request.url?.split('?')[1]);
    const body = JSON.stringify(await answer(request, query));
    response.setHeader('content-type', 'application/json').end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function urlOf(server: { address(): AddressInfo | string | null }): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return `http://127.0.0.1:${address.port}`;
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const chunk of child.stdout ?? []) return String(chunk).trim();
  throw new Error('the generated source did not start');
}
