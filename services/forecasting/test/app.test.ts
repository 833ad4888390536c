import { type ForecastingStatus, type Job, type SliceForecast, topics } from '@slicecast/contracts';
import {
  connectDatabase,
  createTestDatabase,
  createUnavailableLog,
  type Database,
} from '@slicecast/platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTopic } from './fakes/forecasting-process.ts';
import {
  createModel,
  jobOver,
  publishSlice,
  startService,
  type TestService,
  until,
} from './fakes/start-service.ts';
import { part, rowOf, start, syntheticProfile, syntheticSlice } from './fakes/synthetic-load.ts';

let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const profile = syntheticProfile({ rows: 1200 });

async function ask<Body>(service: TestService, path: string, init: RequestInit = {}) {
  const answer = await fetch(`${service.url}${path}`, init);
  return { status: answer.status, body: (await answer.json()) as Body };
}

/** Trains flavor 1 and lets the slice forecast with it. */
async function trainAndStart(service: TestService): Promise<string> {
  const request = createModel({ profile: part(profile, 0, 900) });
  const { body } = await ask<{ job: Job }>(service, '/api/v1/models', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'profiling-1' },
    body: JSON.stringify(request),
  });
  const job = await jobOver(service.server, body.job.id);
  const { modelId } = job.result as { modelId: string };
  const features = [...profile.features];
  const trained = [{ flavorId: 1, modelId, features }];
  await publishSlice(service.log, syntheticSlice({ horizonSeconds: 10, trained }));
  return modelId;
}

describe('forecasting, over a port of its own,', () => {
  test('trains in a thread, forecasts the rows with the model, and says how it does', async () => {
    const service = await startService({ database });
    const modelId = await trainAndStart(service);
    await until(async () => {
      const { status } = await ask(service, '/api/v1/slices/1/forecasting');
      return status === 200 ? true : undefined;
    });
    const rows = Array.from({ length: 200 }, (_, k) => rowOf(profile, 900 + k));
    service.clock.advanceTo(rows.at(-1)?.at ?? start);
    await service.log.append(
      topics.sliceInputs,
      rows.map((value) => ({ key: '1', at: value.at, value })),
    );
    const forecasts = await until(async () => {
      const found: SliceForecast[] = await readTopic(service.log, topics.sliceForecasts);
      return found.length === rows.length ? found : undefined;
    });
    expect(forecasts.at(-1)?.forecasts).toMatchObject([{ flavorId: 1, modelId }]);

    const status = await until(async () => {
      const { body } = await ask<ForecastingStatus>(service, '/api/v1/slices/1/forecasting');
      return body.counts.superseded === undefined ? undefined : body;
    });
    expect(status).toMatchObject({ state: 'forecasting', lastTick: rows.at(-1)?.at });
    expect(status.counts).toEqual({ superseded: 194, forecast: 6 });

    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/slicecast_forecasting_inputs_total\{outcome="superseded".*\} 194/);
    expect(metrics).toMatch(/slicecast_forecasting_absolute_error_total\{slice="1",of="model"/);
    expect(metrics).toMatch(/slicecast_trainings_total\{outcome="succeeded".*\} 1/);

    expect((await ask(service, '/ready')).status).toBe(200);
    service.clock.advanceTo((rows.at(-1)?.at ?? start) + 75_000);
    const stale = await ask<object>(service, '/ready');
    expect(stale.status).toBe(503);
    expect(JSON.stringify(stale.body)).toMatch(/slice 1 for 75 s/);
    await service.stop();
  });

  test('describes every route in OpenAPI', async () => {
    const service = await startService({ database });
    const { body } = await ask<{ openapi: string; paths: object }>(service, '/openapi.json');
    expect(body.openapi).toMatch(/^3\.1/);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/models',
        '/api/v1/models/{id}',
        '/api/v1/jobs',
        '/api/v1/jobs/{id}',
        '/api/v1/slices/{id}/forecasting',
      ]),
    );
    await service.stop();
  });

  test('needs a key where keys are configured, and shows each tenant its own', async () => {
    const keys = { tenants: [{ id: 'acme', key: 'key-of-acme' }], internalKey: 'key-of-the-suite' };
    const service = await startService({ database, tenants: keys });
    expect((await ask(service, '/api/v1/models')).status).toBe(401);
    const acme = { authorization: 'Bearer key-of-acme' };
    const own = await ask<{ items: object[] }>(service, '/api/v1/models', { headers: acme });
    expect(own).toEqual({ status: 200, body: { items: [], nextCursor: null } });
    const suite = { 'x-api-key': 'key-of-the-suite', 'x-slicecast-tenant': 'default' };
    const all = await ask<{ items: object[] }>(service, '/api/v1/models', { headers: suite });
    expect(all.body.items).toHaveLength(1);
    await service.stop();
  });
});

describe('alone, without log and database,', () => {
  test('it lives, says what is missing, and answers 503 in words', async () => {
    const service = await startService({
      database: connectDatabase({ url: 'postgres://nobody@127.0.0.1:1/none' }),
      log: createUnavailableLog('there is none'),
    });
    expect((await ask(service, '/live')).status).toBe(200);
    const ready = await ask<{ checks: { name: string; ok: boolean }[] }>(service, '/ready');
    expect(ready.status).toBe(503);
    expect(ready.body.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([
      'database',
      'trainings',
      'forecasts',
    ]);
    for (const path of ['/api/v1/models', '/api/v1/slices/1/forecasting']) {
      const { status, body } = await ask<{ detail: string }>(service, path);
      expect(status).toBe(503);
      expect(body.detail.length).toBeGreaterThan(10);
    }
    await service.stop();
  });
});
