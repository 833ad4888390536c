import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type RecordedPrometheus,
  serveRecordedPrometheus,
} from '../testbed/src/recorded-prometheus/serve.ts';
import { recordedOperatorFile } from './support/operator-file.ts';
import { recordedY } from './support/recorded-y.ts';
import { prepareStandalone, type StandaloneProcess, until } from './support/standalone-process.ts';

/** Two tenants with keys: the services still work for each other, and nobody sees what is another's. */
const keys = { acme: 'key-of-acme-0123456789', umbrella: 'key-of-umbrella-012345' };
let folder: string;
let prometheus: RecordedPrometheus;
let standalone: StandaloneProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slicecast-tenants-'));
  const files = await Promise.all(
    Object.entries(keys).map(async ([id, key]) => {
      const keyFile = join(folder, id);
      await writeFile(keyFile, `${key}\n`);
      return { id, keyFile };
    }),
  );
  const liveStartMs = Math.floor(Date.now() / 1000) * 1000;
  prometheus = await serveRecordedPrometheus({ port: 0, liveStartMs, now: Date.now });
  const tenants = `tenants: ${JSON.stringify(files)}\n`;
  const file = recordedOperatorFile(prometheus.url, { tenant: 'acme' });
  standalone = await prepareStandalone(tenants + file);
  await standalone.start();
});

afterAll(async () => {
  await standalone.remove();
  await prometheus.close();
  await rm(folder, { recursive: true, force: true });
});

function ask(tenant: keyof typeof keys | undefined, url: string, init: RequestInit = {}) {
  const headers = tenant === undefined ? {} : { authorization: `Bearer ${keys[tenant]}` };
  return fetch(url, { ...init, headers });
}

async function list(tenant: keyof typeof keys, url: string): Promise<readonly unknown[]> {
  const { items } = (await (await ask(tenant, url)).json()) as { items: readonly unknown[] };
  return items;
}

test('a profile goes through every service for the tenant that owns the slice', async () => {
  const query = 'sla_metric_name=R_99&timestamp_label=timestamp';
  const url = `${standalone.sro}/slice/1/flavor/1/profile?${query}`;
  const send = (tenant?: keyof typeof keys) =>
    ask(tenant, url, { method: 'POST', body: recordedY(prometheus, 1, 3000) });
  expect((await send()).status).toBe(401);
  expect((await send('umbrella')).status).toBe(404);
  const answer = await send('acme');
  expect(answer.status).toBe(201);
  const job = `${standalone.sro}${answer.headers.get('location')}`;
  expect((await ask('umbrella', job)).status).toBe(404);
  let last: { status: string; detail: string | null } | undefined;
  await until('the job is over', async () => {
    last = (await (await ask('acme', job)).json()) as typeof last;
    return last?.status !== 'running';
  });
  expect(last).toMatchObject({ status: 'succeeded' });
}, 120_000);

test.each([
  ['the status', () => `${standalone.sro}/api/v1/slices/1`],
  ['the definition', () => `${standalone.sro}/api/v1/slices/1/definition`],
  ['the decisions', () => `${standalone.sro}/api/v1/slices/1/decisions`],
  ['the forecasting', () => `${standalone.forecasting}/api/v1/slices/1/forecasting`],
])('%s of a slice is for its tenant alone', async (_what, url) => {
  expect((await ask(undefined, url())).status).toBe(401);
  expect((await ask('umbrella', url())).status).toBe(404);
  expect((await ask('acme', url())).status).toBe(200);
});

test("lists hold what is the tenant's own", async () => {
  for (const path of ['/api/v1/slices', '/api/v1/jobs']) {
    expect(await list('acme', `${standalone.sro}${path}`)).toHaveLength(1);
    expect(await list('umbrella', `${standalone.sro}${path}`)).toEqual([]);
  }
  const models = `${standalone.forecasting}/api/v1/models`;
  expect(await list('acme', models)).toHaveLength(1);
  expect(await list('umbrella', models)).toEqual([]);
});

test('the key of another opens nothing, and health needs none', async () => {
  const headers = { 'x-api-key': 'guessed-0123456789' };
  expect((await fetch(`${standalone.sro}/api/v1/slices`, { headers })).status).toBe(401);
  for (const path of ['/live', '/ready', '/metrics', '/openapi.json']) {
    expect((await fetch(`${standalone.sro}${path}`)).status).toBe(200);
  }
});
