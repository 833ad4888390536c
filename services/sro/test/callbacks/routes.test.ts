import { expect, test } from 'vitest';
import { aCallbacks, DAY, type Fixture, serve, T0 } from './callbacks-fixture.ts';
import { answer, createReceiver } from './receiver.ts';

const tenants = {
  tenants: [
    { id: 'a', key: 'key-of-a' },
    { id: 'b', key: 'key-of-b' },
  ],
};

/** Nobody answers at port 1. */
const deadUrl = 'http://127.0.0.1:1/hook';

async function makeDead(fixture: Fixture, url: string, id: string, tenantId = 'default') {
  await fixture.enqueue(url, id, tenantId);
  await fixture.later(0);
  await fixture.later(DAY);
}

test("lists a tenant's callbacks, newest first, page by page", async () => {
  const fixture = await aCallbacks();
  for (const id of ['one', 'two', 'three', 'four']) {
    await fixture.enqueue(deadUrl, id);
    fixture.clock.advanceTo(fixture.clock.now() + 1);
  }
  const server = serve(fixture);
  const first = (await server.inject('/api/v1/callbacks?limit=2')).json();
  expect(first.items.map(({ id }: { id: string }) => id)).toEqual(['four', 'three']);
  const rest = (await server.inject(`/api/v1/callbacks?limit=2&cursor=${first.nextCursor}`)).json();
  expect(rest.items.map(({ id }: { id: string }) => id)).toEqual(['two', 'one']);
  expect(rest.nextCursor).toBeNull();
});

test('tells the state, the attempts and the last error', async () => {
  const fixture = await aCallbacks();
  await fixture.enqueue(deadUrl);
  await fixture.later(0);
  const { items } = (await serve(fixture).inject('/api/v1/callbacks')).json();
  expect(items).toEqual([
    {
      id: 'job-1-profile.ready',
      sliceId: 7,
      url: deadUrl,
      status: 'waiting',
      attempts: 1,
      lastError: expect.stringContaining('ECONNREFUSED'),
      createdAt: T0,
      updatedAt: T0,
    },
  ]);
});

test("shows and tries again what is the own tenant's alone", async () => {
  const fixture = await aCallbacks();
  await makeDead(fixture, deadUrl, 'of-a', 'a');
  const server = serve(fixture, tenants);
  const headers = { 'x-api-key': 'key-of-b' };
  const listed = await server.inject({ url: '/api/v1/callbacks', headers });
  expect(listed.json()).toEqual({ items: [], nextCursor: null });
  const url = '/api/v1/callbacks/of-a/retry';
  const retried = await server.inject({ method: 'POST', url, headers });
  expect(retried.statusCode).toBe(404);
  expect(retried.json()).toMatchObject({ code: 'callback-unknown' });
});

test('a dead one is tried again, for another day', async () => {
  const tenant = await createReceiver(answer(500), answer(500), answer(500));
  const fixture = await aCallbacks();
  await makeDead(fixture, tenant.url, 'dead');
  const retry = { method: 'POST', url: '/api/v1/callbacks/dead/retry' } as const;
  const retried = await serve(fixture).inject(retry);
  expect(retried.statusCode).toBe(202);
  expect(retried.json().callback).toMatchObject({ id: 'dead', status: 'waiting', createdAt: T0 });
  await fixture.later(0);
  expect(await fixture.row('dead')).toMatchObject({ status: 'waiting', attempts: 3 });
  await fixture.later(DAY / 2);
  expect(await fixture.row('dead')).toMatchObject({ status: 'delivered', attempts: 4 });
  await tenant.close();
});

test('one that is not dead is not tried again by hand', async () => {
  const fixture = await aCallbacks();
  await fixture.enqueue(deadUrl, 'waiting');
  const url = '/api/v1/callbacks/waiting/retry';
  const retried = await serve(fixture).inject({ method: 'POST', url });
  expect(retried.statusCode).toBe(409);
  expect(retried.json()).toMatchObject({ code: 'callback-not-dead' });
});

test.each(['bm8', Buffer.from('["x","y"]').toString('base64url')])(
  'refuses the made-up cursor %s',
  async (cursor) => {
    const fixture = await aCallbacks();
    const answered = await serve(fixture).inject(`/api/v1/callbacks?cursor=${cursor}`);
    expect(answered.statusCode).toBe(400);
    expect(answered.json()).toMatchObject({ code: 'cursor-invalid' });
  },
);
