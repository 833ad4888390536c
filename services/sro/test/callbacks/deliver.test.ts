import { afterEach, expect, test } from 'vitest';
import { aCallbacks, body, DAY, outcomes, SECOND } from './callbacks-fixture.ts';
import { answer, type Behaviour, createReceiver, hang } from './receiver.ts';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function receiver(...behaviours: Behaviour[]) {
  const created = await createReceiver(...behaviours);
  closers.push(created.close);
  return created;
}

test('a callback is delivered once, as JSON under its id', async () => {
  const tenant = await receiver();
  const { enqueue, later, row, metrics } = await aCallbacks();
  await enqueue(tenant.url);
  await enqueue(tenant.url);
  await later(0);
  await later(DAY);
  expect(tenant.received).toHaveLength(1);
  const [request] = tenant.received;
  expect(request).toMatchObject({ method: 'POST', path: '/hook' });
  expect(request?.headers).toMatchObject({
    'idempotency-key': 'job-1-profile.ready',
    'content-type': 'application/json',
  });
  expect(JSON.parse(request?.body ?? '')).toEqual(body);
  expect(await row()).toEqual({ status: 'delivered', attempts: 1, lastError: null });
  expect(await outcomes(metrics)).toEqual({ delivered: 1 });
});

test('what its transaction takes back is not delivered', async () => {
  const tenant = await receiver();
  const { database, callbacks, later } = await aCallbacks();
  const delivery = { id: 'job-2', tenantId: 'default', sliceId: 7, url: tenant.url, body, now: 0 };
  const undone = database.transaction(async (tx) => {
    await callbacks.enqueue(tx, delivery);
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await later(0);
  expect(tenant.received).toEqual([]);
});

test('after a 500 it is tried again, but not before the pause is over', async () => {
  const tenant = await receiver(answer(500));
  const { enqueue, later, row, metrics } = await aCallbacks();
  await enqueue(tenant.url);
  await later(0);
  expect(await row()).toEqual({ status: 'waiting', attempts: 1, lastError: 'answered 500' });
  await later(SECOND / 2 - 1);
  expect(tenant.received).toHaveLength(1);
  await later(SECOND);
  expect(tenant.received).toHaveLength(2);
  expect(await row()).toEqual({ status: 'delivered', attempts: 2, lastError: null });
  expect(await outcomes(metrics)).toEqual({ postponed: 1, delivered: 1 });
});

test('after a day of failures it is dead, and left alone', async () => {
  const tenant = await receiver(answer(503), answer(503));
  const { enqueue, later, row, metrics } = await aCallbacks();
  await enqueue(tenant.url);
  await later(0);
  await later(DAY);
  expect(await row()).toEqual({ status: 'dead', attempts: 2, lastError: 'answered 503' });
  await later(DAY);
  expect(tenant.received).toHaveLength(2);
  expect(await outcomes(metrics)).toEqual({ postponed: 1, dead: 1 });
});

test('a name that was public when it was checked and is private when it is called is not called', async () => {
  const tenant = await receiver();
  const addresses = ['93.184.215.14', '127.0.0.1'];
  const resolve = async () => [{ address: addresses.shift() ?? '127.0.0.1', family: 4 }];
  const { callbacks, enqueue, later, row } = await aCallbacks({
    allowPrivateAddresses: false,
    resolve,
  });
  const url = `http://tenant.example:${tenant.port}/`;
  await callbacks.check(url);
  await enqueue(url);
  await later(0);
  expect(tenant.received).toEqual([]);
  expect(await row()).toMatchObject({
    status: 'waiting',
    lastError: expect.stringContaining('not public'),
  });
});

test('another replica leaves an attempt alone, takes it over when the first was cut, and keeps its end', async () => {
  const tenant = await receiver(hang);
  const first = await aCallbacks();
  const second = await aCallbacks({ beside: first });
  await first.enqueue(tenant.url);
  const arrived = tenant.next();
  const cut = first.callbacks.deliverDue();
  await arrived;
  await second.later(29 * SECOND);
  expect(tenant.received).toHaveLength(1);
  await second.later(SECOND);
  expect(tenant.received).toHaveLength(2);
  expect(tenant.received[1]?.headers['idempotency-key']).toBe('job-1-profile.ready');
  await tenant.close();
  closers.length = 0;
  await cut;
  expect(await first.row()).toEqual({ status: 'delivered', attempts: 2, lastError: null });
});

test('two rounds at once share out what is due', async () => {
  const tenant = await receiver();
  const first = await aCallbacks();
  const second = await aCallbacks({ beside: first });
  for (const id of ['a', 'b', 'c', 'd']) await first.enqueue(tenant.url, id);
  await Promise.all([first.callbacks.deliverDue(), second.callbacks.deliverDue()]);
  const ids = tenant.received.map(({ headers }) => headers['idempotency-key']);
  expect(ids.sort()).toEqual(['a', 'b', 'c', 'd']);
});

test('what a stop cuts is due at once for whoever starts next', async () => {
  const tenant = await receiver(hang);
  const first = await aCallbacks();
  await first.enqueue(tenant.url);
  const arrived = tenant.next();
  await first.callbacks.start();
  await arrived;
  await first.callbacks.stop();
  expect(await first.row()).toMatchObject({ status: 'waiting', attempts: 1 });
  const second = await aCallbacks({ beside: first });
  await second.later(0);
  expect(await second.row()).toMatchObject({ status: 'delivered', attempts: 2 });
});

test('many callbacks of one tenant leave room for those of another', async () => {
  const tenant = await receiver();
  const { enqueue, later } = await aCallbacks();
  for (let n = 0; n < 20; n += 1) await enqueue(tenant.url, `many-${n}`, 'busy');
  await enqueue(tenant.url, 'other', 'quiet');
  await later(0);
  const ids = tenant.received.map(({ headers }) => headers['idempotency-key']);
  expect(ids).toHaveLength(5);
  expect(ids).toContain('other');
});

test('what ended is kept for 30 days, and what is under way longer', async () => {
  const tenant = await receiver();
  const { callbacks, clock, enqueue, later, row } = await aCallbacks();
  await enqueue(tenant.url, 'ended');
  await later(0);
  await enqueue(tenant.url, 'waiting');
  clock.advanceTo(clock.now() + 30 * DAY);
  await callbacks.forgetOld();
  expect(await row('ended')).toBeDefined();
  clock.advanceTo(clock.now() + 1);
  await callbacks.forgetOld();
  expect(await row('ended')).toBeUndefined();
  expect(await row('waiting')).toBeDefined();
});
