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

const ratios: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const status = await requestsPerSecond(url);
  const plain = await requestsPerSecond(bareUrl);
  ratios.push(status / plain);
  console.log(
    `  round ${round + 1}: status ${Math.round(status)}/s, bare ${Math.round(plain)}/s, ratio ${(status / plain).toFixed(2)}`,
  );
}
const ratio = ratios.toSorted((a, b) => a - b)[ratios.length >>> 1];
console.table({
  'GET /api/v1/slices/:id over a bare route': { measured: ratio?.toFixed(2), aim: '≥ 0.8' },
});
console.log(JSON.stringify({ ratio, ratios, bodyBytes: body.length }));
await sro.stop();
await bare.close();
await database.close();
await postgres.stop();
process.exit();

async function requestsPerSecond(target: string): Promise<number> {
  const result = await autocannon({
    url: target,
    headers,
    connections: 16,
    duration: seconds,
    workers: 1,
  });
  if (result.non2xx > 0) throw new Error(`${result.non2xx} requests were refused`);
  return result.requests.average;
}
