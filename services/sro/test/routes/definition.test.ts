import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, call, getJson, post } from '../fakes/contract-calls.ts';
import { startTestSro, type TestSro } from '../fakes/start-test-sro.ts';

let sro: TestSro;
let slice: string;
beforeAll(async () => {
  sro = await startTestSro();
  slice = `${sro.url}/api/v1/slices/7`;
  await post(`${sro.url}/api/v1/slices`, checkout);
});
afterAll(() => sro.stop());

const flavors = [
  { id: 1, name: 'small', pricePerHour: 1, rank: 1, parameters: { bandwidth: '10Mbit' } },
  { id: 2, name: 'large', pricePerHour: 3, rank: 2, parameters: { bandwidth: '30Mbit' } },
];
const checkout = {
  id: 7,
  name: 'checkout',
  hosts: ['10.0.0.11'],
  kpi: { name: 'latency' },
  sla: { bound: 250, side: 'upper', complianceRatio: 0.99, windowSeconds: 3600 },
  flavors,
  startFlavor: 1,
  sources: { profile: 'prometheus', live: 'prometheus' },
  actuator: 'resize',
  k: 'auto',
};

function send(method: string, url: string, body?: unknown, headers = {}): Promise<Answer> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  return call(url, {
    method,
    headers: { ...json, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

test('a part is changed alone; what is left out stays', async () => {
  const answer = await send('PATCH', slice, { sla: { bound: 200 }, horizonSeconds: 20 });
  expect(answer).toMatchObject({
    status: 200,
    json: {
      name: 'checkout',
      horizonSeconds: 20,
      sla: { bound: 200, side: 'upper', complianceRatio: 0.99, windowSeconds: 3600 },
    },
  });
  expect(await getJson(slice)).toMatchObject({ sla: { bound: 200 }, horizonSeconds: 20 });
});

test.each([
  ['an unknown key', { color: 'red' }, 'color'],
  ['a bound that is text', { sla: { bound: '200' } }, '/sla/bound'],
  ['nothing at all', {}, ''],
  ['a source that is none', { sources: { live: 'x' } }, '/sources/live'],
])('a patch with %s is refused, naming the field', async (_title, patch, field) => {
  const answer = await send('PATCH', slice, patch);
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.json.errors)).toContain(field);
});

test('of two who change at a time, none loses what the other one wrote', async () => {
  const [one, other] = await Promise.all([
    send('PATCH', slice, { name: 'till' }),
    send('PUT', `${slice}/policy`, { kind: 'predictive', acceptableViolationProbability: 0.2 }),
  ]);
  expect([one.status, other.status]).toEqual([200, 200]);
  expect(await getJson(`${slice}/definition`)).toMatchObject({
    name: 'till',
    policy: { kind: 'predictive', acceptableViolationProbability: 0.2 },
  });
});

test('a flavor is added, changed, and taken away', async () => {
  const huge = { ...flavors[1], id: 3, name: 'huge', rank: 3, pricePerHour: 9 };
  const added = await send('POST', `${slice}/flavors`, huge);
  expect(added).toMatchObject({ status: 201, json: { id: 3 } });
  expect(added.headers.get('location')).toBe('/api/v1/slices/7/flavors/3');
  expect((await send('POST', `${slice}/flavors`, huge)).status).toBe(409);
  const dearer = await send('PUT', `${slice}/flavors/huge`, { ...huge, pricePerHour: 10 });
  expect(dearer).toMatchObject({ status: 200, json: { pricePerHour: 10 } });
  expect((await send('DELETE', `${slice}/flavors/3`)).status).toBe(204);
  const { items } = await getJson(`${slice}/flavors`);
  expect(items).toMatchObject([{ id: 1 }, { id: 2 }]);
});

test('the flavor in force is not taken away under the slice, and the answer says what to do', async () => {
  const patch = await send('PATCH', slice, { startFlavor: 2 });
  expect(patch.status).toBe(200);
  const answer = await send('DELETE', `${slice}/flavors/small`);
  expect(answer.status).toBe(409);
  expect(answer.json.detail).toContain('which is in force; change to another one first');
  expect(await getJson(slice)).toMatchObject({ flavorInForce: 1 });
});

test('a POST that is sent again with its key does nothing twice', async () => {
  const body = { ...checkout, id: 8 };
  const key = { 'idempotency-key': 'make-8' };
  const url = `${sro.url}/api/v1/slices`;
  const first = await send('POST', url, body, key);
  const again = await send('POST', url, body, key);
  expect(first.status).toBe(201);
  expect(again).toMatchObject({ status: 201, json: first.json });
  const other = await send('POST', url, { ...body, id: 9 }, key);
  expect(other).toMatchObject({ status: 422, json: { code: 'idempotency-key-reused' } });
  expect((await send('POST', url, body)).status).toBe(409);
});
