import {
  AppError,
  createSteppedClock,
  createUnavailableLog,
  type Database,
  silentLogger,
} from '@slicecast/platform';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { createMemoryFiles } from '../src/adapters/memory-files.ts';
import { createIma } from '../src/app.ts';
import { ImaConfig } from '../src/config.ts';
import { call } from './fakes/calls.ts';
import { startTestIma } from './fakes/start-test-ima.ts';

const unavailable: Database = {
  query: async () => refuse(),
  transaction: async () => refuse(),
  close: async () => undefined,
};

function refuse(): never {
  throw new AppError('The database cannot be reached', {
    status: 503,
    code: 'database-unavailable',
    retriable: true,
  });
}

test('alone, without a log and a database, it lives and says what is missing', async () => {
  const config = Value.Parse(ImaConfig, Value.Default(ImaConfig, { IMA_PORT: 0 }));
  const ima = createIma({
    config,
    allowPrivateCallbacks: true,
    sources: [],
    database: unavailable,
    log: createUnavailableLog('none is configured'),
    clock: createSteppedClock(0),
    logger: silentLogger,
    files: createMemoryFiles(),
  });
  const url = await ima.start();
  expect((await call(`${url}/live`)).status).toBe(200);
  const ready = await call(`${url}/ready`);
  expect(ready.status).toBe(503);
  expect(ready.text).toContain('The database cannot be reached');
  expect(ready.text).toContain('The log is not available: none is configured');
  const refused = await call(`${url}/elasticity/slice/1/flavor/1`, { method: 'POST' });
  expect(refused.status).toBe(503);
  await ima.stop();
});

test('with both it is ready, counts, and describes every route in OpenAPI', async () => {
  const ima = await startTestIma({ prometheusUrl: 'http://127.0.0.1:9' });
  expect((await call(`${ima.url}/ready`)).status).toBe(200);
  expect((await call(`${ima.url}/metrics`)).text).toContain('slicecast_ima_rows_total');
  const { paths } = (await call(`${ima.url}/openapi.json`)).json as { paths: object };
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining([
      '/ymetrics/{sliceId}',
      '/elasticity/slice/{id}/flavor/{flavor}',
      '/api/v1/slices/{id}/extractions',
      '/api/v1/slices/{id}/prometheus',
      '/api/v1/jobs/{id}',
    ]),
  );
  await ima.service.stop();
});
