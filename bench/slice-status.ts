/**
 * `GET /api/v1/slices/:id` with schema and a tenant's key, against a bare fastify route that sends the same
 * body: requests a second and their ratio, in short turns, as a table and JSON.
 */
import {
  connectDatabase,
  createMemoryLog,
  loadEnvironment,
  silentLogger,
  systemClock,
} from '@slicecast/platform';
import { createSro, SroConfig } from '@slicecast/sro';
import { startPostgres } from '@slicecast/testbed/servers';
import autocannon from 'autocannon';
import { fastify } from 'fastify';
import { exampleFile } from '../services/sro/test/fakes/start-test-sro.ts';

interface Turn {
  readonly perSecond: number;
  /** Of the thread that serves, a request. */
  readonly cpuMicros: number;
}

const seconds = Number(process.env.BENCH_SECONDS ?? 2);
const rounds = Number(process.env.BENCH_ROUNDS ?? 9);
const headers = { authorization: 'Bearer key-of-the-default-tenant' };

const postgres = await startPostgres();
const database = connectDatabase({ url: postgres.address, logger: silentLogger });
const sro = createSro({
  config: loadEnvironment(SroConfig, {
    SRO_PORT: '0',
    IMA_URL: 'http://127.0.0.1:9',
    FORECASTING_URL: 'http://127.0.0.1:9',
  }),
  operatorFile: exampleFile(),
  database,
  log: createMemoryLog(),
  clock: systemClock,
  logger: silentLogger,
  tenants: {
    tenants: [{ id: 'default', key: 'key-of-the-default-tenant' }],
    internalKey: 'key-of-the-services',
  },
});
const url = `${await sro.start()}/api/v1/slices/1`;
const body = await (await fetch(url, { headers })).text();
const bare = fastify();
bare.get('/slice', async (_request, reply) =>
  reply.type('application/json; charset=utf-8').send(body),
);
const bareUrl = `${await bare.listen({ host: '127.0.0.1', port: 0 })}/slice`;

// Code that runs hot is compiled first: the first turns of a route say little of the later ones.
for (let turn = 0; turn < 4; turn += 1) {
  await measure(url);
  await measure(bareUrl);
}

const turns: { status: Turn; bare: Turn }[] = [];
for (let round = 0; round < rounds; round += 1) {
  const turn = { status: await measure(url), bare: await measure(bareUrl) };
  turns.push(turn);
  const { status, bare } = turn;
  console.log(
    `  round ${round + 1}: status ${inWords(status)}, bare ${inWords(bare)}, ratio ${(status.perSecond / bare.perSecond).toFixed(2)} (by CPU ${(bare.cpuMicros / status.cpuMicros).toFixed(2)})`,
  );
}
const ratio = median(turns.map(({ status, bare }) => status.perSecond / bare.perSecond));
const byCpu = median(turns.map(({ status, bare }) => bare.cpuMicros / status.cpuMicros));
console.table({
  'requests a second over a bare route': { measured: ratio.toFixed(2), aim: '≥ 0.8' },
  'the same by CPU of the serving thread': { measured: byCpu.toFixed(2), aim: '≥ 0.8' },
});
console.log(JSON.stringify({ ratio, byCpu, turns, bodyBytes: body.length }));
await sro.stop();
await bare.close();
await database.close();
await postgres.stop();
process.exit();

/** What the CPU of the serving thread says holds on a busy machine, too, where the rate is the scheduler's. */
async function measure(target: string): Promise<Turn> {
  const before = process.threadCpuUsage();
  const result = await autocannon({
    url: target,
    headers,
    connections: 16,
    duration: seconds,
    workers: 1,
  });
  const { user, system } = process.threadCpuUsage(before);
  if (result.non2xx > 0) throw new Error(`${result.non2xx} requests were refused`);
  const perSecond = result.requests.average;
  return { perSecond, cpuMicros: (user + system) / result.requests.total };
}

function inWords({ perSecond, cpuMicros }: Turn): string {
  return `${Math.round(perSecond)}/s (${cpuMicros.toFixed(1)} µs)`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >>> 1] ?? Number.NaN;
}
