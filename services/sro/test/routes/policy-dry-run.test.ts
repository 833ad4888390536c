import { topics } from '@slicecast/contracts';
import { createMetrics, createServer, silentLogger, systemClock } from '@slicecast/platform';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPolicyDryRun } from '../../src/routes/policy-dry-run.ts';
import { runDecider } from '../domain/run-decider.ts';
import { aForecast, aSlice } from '../domain/samples.ts';
import { call, post } from '../fakes/contract-calls.ts';
import { exampleFile, startTestSro, type TestSro } from '../fakes/start-test-sro.ts';

let sro: TestSro;
const seconds = 120;
/** The record ends a minute ago. */
const first = Math.floor(Date.now() / 1000) * 1000 - 60_000 - seconds * 1000;

beforeAll(async () => {
  sro = await startTestSro();
  const ticks = Array.from({ length: seconds }, (_, k) => first + k * 1000);
  const forecastAt = (at: number) =>
    aForecast(at, { 1: at < first + 60_000 ? 0.01 : 0.9, 2: 0.05 });
  const { decisions } = runDecider({ slice: aSlice({ mode: 'recommend' }), ticks, forecastAt });
  const message = <Value extends { at: number }>(value: Value) => ({
    key: '1',
    at: value.at,
    value,
  });
  // The record before the forecasts: what the service makes of those, so late, comes second and does not count.
  await sro.log.append(topics.sliceDecisions, decisions.map(message));
  await sro.log.append(topics.sliceForecasts, ticks.map(forecastAt).map(message));
});
afterAll(() => sro.stop());

const path = '/api/v1/slices/1/policy/dry-run';
const dryRun = (body: object) => post(`${sro.url}${path}`, body);

test('a proposed policy is told by its differences and by what it would have decided', async () => {
  const policy = { kind: 'predictive', maxChangesPerHour: 0 };
  const { status, json } = await dryRun({ policy, minutes: 30 });
  expect(status).toBe(200);
  expect(json).toMatchObject({
    diff: [{ field: '/maxChangesPerHour', from: null, to: 0, meaning: expect.any(String) }],
    record: { from: first, to: first + 119_000, ticks: seconds },
    result: {
      asItRan: { changes: 0, cost: seconds, observedShare: 1 },
      present: { changes: 1 },
      proposed: { changes: 0, cost: seconds },
      stretches: [{ presentFlavor: 2, proposedFlavor: 1, to: first + 119_000 }],
    },
  });
});

test('the answer carries the ETag of the definition that it was tried on', async () => {
  const policy = { kind: 'predictive', leastGain: 0.2 };
  const body = JSON.stringify({ policy });
  const headers = { 'content-type': 'application/json' };
  const answer = await call(`${sro.url}${path}`, { method: 'POST', headers, body });
  expect(answer.headers.get('etag')).toBe(
    (await call(`${sro.url}/api/v1/slices/1/definition`)).headers.get('etag'),
  );
});

test('where nothing was decided there is the difference alone', async () => {
  const policy = { kind: 'reactive' };
  const { status, json } = await dryRun({ policy, minutes: 1 });
  expect(status).toBe(200);
  expect(json).toMatchObject({
    diff: [{ field: '/kind', to: 'reactive' }],
    record: null,
    result: null,
  });
});

test.each([
  [
    'a policy that names no flavor',
    { policy: { kind: 'predictive', safeFlavor: 9 } },
    '/policy/safeFlavor',
  ],
  ['an unknown parameter', { policy: { kind: 'predictive', upp: 1 } }, '/policy'],
  ['more than a week', { policy: { kind: 'predictive' }, minutes: 10_081 }, '/minutes'],
])('%s is refused', async (_title, body, field) => {
  const { status, json } = await dryRun(body);
  expect(status).toBe(400);
  expect(JSON.stringify(json)).toContain(field);
});

test('another one waits for the one under way', async () => {
  const [entered, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const server = createServer({
    name: 'sro',
    logger: silentLogger,
    metrics: createMetrics('sro'),
    ready: async () => [],
  });
  const state = aSlice();
  const [definition] = exampleFile().slices ?? [];
  if (definition === undefined) throw new Error('the example has no slice');
  addPolicyDryRun(server, {
    slices: { find: async () => ({ definition, state, managedBy: 'api' }) },
    recordLog: {
      async read() {
        entered.resolve();
        await held.promise;
        return { ticks: [], others: [] };
      },
    },
    clock: systemClock,
  });
  const ask = () =>
    server.inject({ method: 'POST', url: path, payload: { policy: { kind: 'predictive' } } });
  // An injected request begins when somebody waits for it.
  const running = Promise.all([ask()]);
  await entered.promise;
  expect(await ask()).toMatchObject({ statusCode: 503 });
  held.resolve();
  expect(await running).toMatchObject([{ statusCode: 200 }]);
  expect(await ask()).toMatchObject({ statusCode: 200 });
  await server.close();
});
