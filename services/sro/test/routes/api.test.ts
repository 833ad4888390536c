import { topics } from '@slicecast/contracts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DecidingStatus } from '../../src/describe-deciding.ts';
import { call, getJson, post } from '../fakes/contract-calls.ts';
import { startTestSro, type TestSro } from '../fakes/start-test-sro.ts';

let sro: TestSro;
beforeAll(async () => {
  sro = await startTestSro();
});
afterAll(() => sro.stop());

const checkout = {
  id: 7,
  name: 'checkout',
  hosts: ['10.0.0.11'],
  kpi: { name: 'latency' },
  sla: { bound: 250, side: 'upper', complianceRatio: 0.99, windowSeconds: 3600 },
  flavors: [
    { id: 1, name: 'small', pricePerHour: 1, rank: 1, parameters: { bandwidth: '10Mbit' } },
    { id: 2, name: 'large', pricePerHour: 3, rank: 2, parameters: { bandwidth: '30Mbit' } },
  ],
  startFlavor: 1,
  sources: { profile: 'prometheus', live: 'prometheus' },
  actuator: 'resize',
  k: 'auto',
};

describe('slices over the API', () => {
  test('are made, listed, redefined with their etag, and deleted', async () => {
    const made = await post(`${sro.url}/api/v1/slices`, checkout);
    expect(made).toMatchObject({
      status: 201,
      json: { id: 7, managedBy: 'api', mode: 'recommend' },
    });
    expect((await post(`${sro.url}/api/v1/slices`, checkout)).status).toBe(409);
    const { items } = await getJson(`${sro.url}/api/v1/slices`);
    expect(items).toMatchObject([{ id: 1, managedBy: 'file' }, { id: 7 }]);
    const definition = await call(`${sro.url}/api/v1/slices/7/definition`);
    const put = (etag: string) =>
      call(`${sro.url}/api/v1/slices/7`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'if-match': etag },
        body: JSON.stringify({ ...checkout, name: 'till' }),
      });
    expect((await put('"stale"')).status).toBe(412);
    expect(await put(definition.headers.get('etag') ?? '')).toMatchObject({
      status: 200,
      json: { name: 'till' },
    });
    expect((await call(`${sro.url}/api/v1/slices/7`, { method: 'DELETE' })).status).toBe(204);
    expect((await call(`${sro.url}/api/v1/slices/7`)).status).toBe(404);
  });

  test.each([
    ['K of 0', { k: 0 }, '/k'],
    ['K of 10,000', { k: 10_000 }, '/k'],
    ['an unknown actuator', { actuator: 'nobody' }, '/actuator'],
    ['an unknown source', { sources: { profile: 'x', live: 'prometheus' } }, '/sources/profile'],
    ['a start flavor that is none', { startFlavor: 9 }, '/startFlavor'],
    [
      'two flavors with one rank',
      { flavors: checkout.flavors.map((flavor) => ({ ...flavor, rank: 1 })) },
      '/flavors/1/rank',
    ],
    [
      'a parameter against its pattern',
      {
        flavors: checkout.flavors.map((flavor) => ({
          ...flavor,
          parameters: { bandwidth: '1; rm' },
        })),
      },
      '/flavors/0/parameters/bandwidth',
    ],
    ['a KPI query that is no PromQL', { kpi: { name: 'p99', query: 'up{' } }, '/kpi/query'],
    ['an unknown key', { color: 'red' }, 'color'],
    ['a bound that is text', { sla: { bound: '180', side: 'upper' } }, '/sla/bound'],
    [
      'a policy for a flavor that is none',
      { policy: { kind: 'predictive', maxFlavor: 9 } },
      'maxFlavor',
    ],
  ])('%s is refused with 400, naming the field', async (_title, change, field) => {
    const answer = await post(`${sro.url}/api/v1/slices`, { ...checkout, id: 8, ...change });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.json.errors)).toContain(field);
  });

  test('what the file manages is not changed over the API', async () => {
    const answer = await call(`${sro.url}/api/v1/slices/1`, { method: 'DELETE' });
    expect(answer).toMatchObject({ status: 409, json: { code: 'managed-by-file' } });
  });
});

describe('the live KPI', () => {
  test('is accepted once it is in the log, in the form of MLO-V2', async () => {
    const samples = [{ at: 1_579_355_129_500, value: 24.94 }];
    const answer = await post(`${sro.url}/api/v1/slices/1/kpi`, { samples });
    expect(answer).toMatchObject({ status: 202, json: { accepted: 1 } });
    const stored: unknown[] = [];
    const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    for await (const { key, at, value } of sro.log.readByTime({
      topic: topics.clientMetrics,
      ...all,
    })) {
      stored.push({ key, at, value });
    }
    expect(stored).toEqual([
      {
        key: '1',
        at: 1_579_355_129_500,
        value: { measurement: 'R_99_1', values: [24.94], time: '1579355129.5', tags: {} },
      },
    ]);
  });

  test.each([
    ['null, as NaN becomes in JSON', { samples: [{ at: 1, value: null }] }],
    ['text', { samples: [{ at: 1, value: '24' }] }],
    ['no samples', { samples: [] }],
    ['a float instant', { samples: [{ at: 1.5, value: 1 }] }],
  ])('%s is refused, never coerced', async (_title, body) => {
    const answer = await post(`${sro.url}/api/v1/slices/1/kpi`, body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.json.errors)).toContain('/samples');
  });

  test('can be a query that is adopted; without a proposal accepting one is 409', async () => {
    expect((await post(`${sro.url}/api/v1/slices/1/kpi_query`, { accept: true })).status).toBe(409);
    const wrong = await post(`${sro.url}/api/v1/slices/1/kpi_query`, { query: 'a b' });
    expect(wrong).toMatchObject({ status: 400, json: { errors: [{ field: '/query' }] } });
    const answer = await post(`${sro.url}/api/v1/slices/1/kpi_query`, { query: 'latency_p99' });
    expect(answer.json).toMatchObject({ kpi: { name: 'R_99', query: 'latency_p99' } });
  });
});

describe('the status of a slice', () => {
  test('says what it does, what is missing, and who could not be asked', async () => {
    const status = await getJson(`${sro.url}/api/v1/slices/1`);
    expect(status).toMatchObject({ id: 1, ready: false, does: 'waits to be started' });
    expect(status.missing).toContain('it is not started: POST /slice/1/start_sla_forecast');
    expect(status.unreachable).toHaveLength(2);
  });

  test('follows start, pause, resume and stop', async () => {
    const turn = (verb: string) => post(`${sro.url}/api/v1/slices/1/${verb}`);
    expect((await turn('start_orchestration')).json).toMatchObject({
      forecasting: true,
      mode: 'auto',
    });
    expect((await turn('pause')).json).toMatchObject({ paused: true });
    expect((await turn('resume')).json).toMatchObject({ paused: false });
    expect((await turn('stop_orchestration')).json).toMatchObject({
      mode: 'recommend',
      forecasting: true,
    });
    expect((await turn('stop_sla_forecast')).json).toMatchObject({ forecasting: false });
  });
});

test('a change by hand holds the policy, and resume or a new start ends the hold', async () => {
  const held = async () => {
    const status = (await getJson(`${sro.url}/api/v1/slices/1`)) as { deciding: DecidingStatus };
    return status.deciding.heldUntil;
  };
  expect(await held()).toBeNull();
  expect((await post(`${sro.url}/slice/1/upgrade`)).status).toBe(200);
  await vi.waitFor(async () => expect(await held()).toBeGreaterThan(Date.now()), 10_000);
  await post(`${sro.url}/api/v1/slices/1/resume`);
  expect(await held()).toBeNull();
  expect((await post(`${sro.url}/slice/1/downgrade`)).status).toBe(200);
  await vi.waitFor(async () => expect(await held()).toBeGreaterThan(Date.now()), 10_000);
  await post(`${sro.url}/slice/1/start_orchestration`);
  expect(await held()).toBeNull();
});

test('a profile over a time range needs a query and an order of time', async () => {
  const url = `${sro.url}/api/v1/slices/1/flavors/1/profiles`;
  const wrong = await post(url, { start: 2, end: 1 });
  expect(wrong).toMatchObject({ status: 400, json: { errors: [{ field: '/end' }] } });
  const answer = await post(url, { start: 1_000, end: 2_000_000 });
  expect(answer).toMatchObject({
    status: 202,
    json: { job: { kind: 'profile', status: 'running' } },
  });
});

test('every route is in OpenAPI 3.1', async () => {
  const document = await getJson(`${sro.url}/openapi.json`);
  expect(document.openapi).toMatch(/^3\.1/);
  const paths = Object.keys(document.paths ?? {});
  expect(paths).toEqual(
    expect.arrayContaining([
      '/slice/{sliceId}/flavor/{flavor}/profile',
      '/slice/{sliceId}/flavor/{flavor}/profilling_metrics',
      '/slice/{id}/start_sla_forecast',
      '/api/v1/slices/{id}',
      '/api/v1/slices/{id}/kpi',
      '/api/v1/callbacks',
    ]),
  );
});
