import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Flavor, HttpActuator } from '@slicecast/contracts';
import { afterEach, expect, test, vi } from 'vitest';
import { createActuators } from '../../../src/adapters/actuators/list.ts';
import { answer, type Behaviour, createReceiver, hang } from '../../callbacks/receiver.ts';
import { aSlice } from '../../domain/samples.ts';
import { errorOf } from '../../fakes/error-of.ts';

const base64 = Buffer.alloc(32, 7).toString('base64');
const secret = `whsec_${base64}`;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** An orchestrator that does what the behaviours say, and what applies by it. */
async function orchestrator(behaviours: Behaviour[], changes: Partial<HttpActuator> = {}) {
  const receiver = await createReceiver(...behaviours);
  closing.push(() => receiver.close());
  const parameters = {
    bandwidth: { pattern: '[0-9]+Mbit' },
    region: { pattern: '.*', default: 'eu' },
  };
  const own = { name: 'own', kind: 'http', url: receiver.url, parameters } as const;
  const actuator = createActuators([{ ...own, ...changes }], { secret }).get('own');
  if (actuator === undefined) throw new Error('no actuator');
  const slice = aSlice();
  const [small, large] = slice.flavors as [Flavor, Flavor];
  const apply = (signal = new AbortController().signal, to: Partial<Flavor> = {}) =>
    actuator.apply({
      key: '1-1579355129000.1',
      slice,
      from: small,
      to: { ...large, ...to },
      signal,
    });
  return { receiver, apply };
}

test('2xx is applied; the request says what is asked for, and who asks', async () => {
  const { receiver, apply } = await orchestrator([answer(200, 'x'.repeat(100_000))], {
    method: 'PUT',
    headers: { 'x-site': 'north' },
  });
  await apply();
  const [request] = receiver.received;
  if (request === undefined) throw new Error('nothing was asked');
  const { method, headers, body } = request;
  expect(method).toBe('PUT');
  expect(JSON.parse(body)).toEqual({
    id: '1-1579355129000.1',
    slice: {
      id: 1,
      name: 'cassandra',
      tenantId: 'default',
      hosts: ['192.168.0.107', '192.168.0.108'],
    },
    from: { id: 1, name: 'small' },
    to: { id: 2, name: 'large', parameters: { bandwidth: '30Mbit', region: 'eu' } },
  });
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': '1-1579355129000.1',
    'idempotency-key': '1-1579355129000.1',
    'x-site': 'north',
  });
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', Buffer.from(base64, 'base64')).update(content);
  expect(headers['webhook-signature']).toBe(`v1,${expected.digest('base64')}`);
});

test('202 with a Location is looked at there, signed, until it is done', async () => {
  const later = { location: '/jobs/7', 'retry-after': '0.01' };
  const { receiver, apply } = await orchestrator([
    answer(202, '', later),
    answer(202, '', later),
    answer(503),
    answer(200, '{"state":"done"}'),
  ]);
  await apply();
  expect(receiver.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /hook',
    'GET /jobs/7',
    'GET /jobs/7',
    'GET /jobs/7',
  ]);
  for (const { headers } of receiver.received.slice(1)) {
    const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`;
    const expected = createHmac('sha256', Buffer.from(base64, 'base64')).update(content);
    expect(headers['webhook-signature']).toBe(`v1,${expected.digest('base64')}`);
  }
});

test('work that fails later is a failure, in its own words', async () => {
  const later = { location: '/jobs/7', 'retry-after': '0.01' };
  const { apply } = await orchestrator([
    answer(202, '', later),
    answer(409, '{"detail":"no capacity in eu"}'),
  ]);
  expect((await errorOf(apply())).message).toMatch(
    /GET .*\/jobs\/7 answered 409: no capacity in eu$/,
  );
});

test('a Location elsewhere is not asked', async () => {
  const { receiver, apply } = await orchestrator([
    answer(202, '', { location: 'http://192.0.2.1/jobs/7' }),
  ]);
  expect((await errorOf(apply())).message).toContain('which is not on http://127.0.0.1');
  expect(receiver.received).toHaveLength(1);
});

test('5xx, 429, a cut connection and silence are asked again under the same id', async () => {
  const cut: Behaviour = (response) => response.destroy();
  const { receiver, apply } = await orchestrator(
    [answer(500), answer(429), cut, hang, answer(204)],
    { timeoutMs: 300 },
  );
  await apply();
  expect(receiver.received).toHaveLength(5);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
});

test.each([
  [400, 'flavor is not known', / answered 400: flavor is not known$/],
  [401, '', /answered 401; see that both sides have the same secret/],
  [422, 'x'.repeat(100_000), /answered 422: x{500}$/],
  [307, '', /answered 307; redirects are not followed/],
])('%i is a refusal, asked once', async (status, body, message) => {
  const headers = { location: 'http://192.0.2.1/' };
  const { receiver, apply } = await orchestrator([answer(status, body, headers)]);
  const error = await errorOf(apply());
  expect(error.message).toMatch(message);
  expect(error).toMatchObject({ code: `upstream-${status}`, retriable: false });
  expect(receiver.received).toHaveLength(1);
});

test('an abort ends the request and says what was known last', async () => {
  const { receiver, apply } = await orchestrator([answer(503, 'in maintenance'), hang]);
  const abort = new AbortController();
  const applying = errorOf(apply(abort.signal));
  await vi.waitFor(() => expect(receiver.received).toHaveLength(2), { timeout: 10_000 });
  abort.abort();
  const error = await applying;
  expect(error.code).toBe('actuator-aborted');
  expect(error.message).toMatch(/answered 503: in maintenance$/);
});

test('an abort ends the waiting for work that goes on', async () => {
  const later = { location: '/jobs/7', 'retry-after': '20' };
  const { receiver, apply } = await orchestrator([answer(202, '', later)]);
  const abort = new AbortController();
  const applying = errorOf(apply(abort.signal));
  await vi.waitFor(() => expect(receiver.received).toHaveLength(1), { timeout: 10_000 });
  abort.abort();
  expect((await applying).message).toContain('/jobs/7 was still being worked on');
});

test.each([{ bandwidth: '30Mbit; id' }, { bandwidth: '30Mbit\n' }, {}])(
  'parameters %j are refused before anything is sent',
  async (parameters) => {
    const { receiver, apply } = await orchestrator([]);
    const error = await errorOf(apply(undefined, { parameters }));
    expect(error.code).toBe('actuator-parameter');
    expect(receiver.received).toEqual([]);
  },
);

test('the secret comes from its file, and must have the form of Standard Webhooks', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'actuator-http-'));
  closing.push(() => rm(folder, { recursive: true }));
  const secretFile = join(folder, 'secret');
  const create = (given: Partial<HttpActuator>, own?: string) =>
    createActuators([{ name: 'own', kind: 'http', url: 'http://127.0.0.1', ...given }], {
      secret: own,
    });
  expect(() => create({})).toThrow('has no secret: set its secretFile, or ACTUATOR_SECRET');
  expect(() => create({}, 'hunter2')).toThrow('must be whsec_ and base64 of 24 to 64 bytes');
  expect(() => create({ secretFile })).toThrow('cannot be read');
  await writeFile(secretFile, `${secret}\n`);
  expect(create({ secretFile }).size).toBe(1);
});
