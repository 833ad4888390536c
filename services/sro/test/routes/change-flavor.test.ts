import { afterEach, expect, test } from 'vitest';
import {
  createProcess,
  createRecordingActuator,
  createWorld,
  settled,
} from '../deciding-fixture.ts';
import { aSlice } from '../domain/samples.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function serve(slice = aSlice(), running = true) {
  const world = await createWorld(slice);
  const { actuator, calls } = createRecordingActuator();
  const { deciding, server } = createProcess(world, { actuator });
  stops.push(deciding.stop, () => server.close());
  if (running) await deciding.start();
  const post = (url: string, payload?: object, headers: Record<string, string> = {}) =>
    server.inject({ method: 'POST', url, headers, ...(payload === undefined ? {} : { payload }) });
  const get = (url: string) => server.inject({ method: 'GET', url });
  return { world, calls, post, get };
}

test('upgrade answers as MLO-V2 did, and the flavor changes', async () => {
  const { world, post, calls } = await serve();
  const answer = await post('/slice/1/upgrade');
  expect([answer.statusCode, answer.body]).toEqual([200, 'Upgrading slice flavor']);
  await settled(world);
  expect(calls).toEqual([2]);
  expect((await world.slices.get(1))?.flavorInForce).toBe(2);
});

test('downgrade answers as MLO-V2 did, and the flavor changes', async () => {
  const { world, post } = await serve(aSlice({ flavorInForce: 2 }));
  const answer = await post('/slice/1/downgrade');
  expect([answer.statusCode, answer.body]).toEqual([200, 'Downgrading slice flavor']);
  await settled(world);
  expect((await world.slices.get(1))?.flavorInForce).toBe(1);
});

test('a change by hand also happens on a slice that only recommends, or is paused', async () => {
  const { world, post } = await serve(aSlice({ mode: 'recommend', paused: true }));
  await post('/slice/1/upgrade');
  await settled(world);
  expect((await world.slices.get(1))?.flavorInForce).toBe(2);
});

test.each([
  ['upgrade', 2, 'no-higher-flavor'],
  ['downgrade', 1, 'no-lower-flavor'],
])('%s at the end of the ranks is a conflict', async (path, flavorInForce, code) => {
  const { post } = await serve(aSlice({ flavorInForce }), false);
  const answer = await post(`/slice/1/${path}`);
  expect(answer.statusCode).toBe(409);
  expect(answer.json()).toMatchObject({ code });
});

test.each(['/slice/7/upgrade', '/slice/7/downgrade', '/api/v1/slices/7/changes'])(
  'POST %s of an unknown slice is not found',
  async (url) => {
    const { post } = await serve(aSlice(), false);
    const answer = await post(url, url.startsWith('/api') ? { flavor: 2 } : undefined);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'slice-unknown' });
  },
);

test('the slice of another tenant is not found', async () => {
  const { post } = await serve(aSlice({ tenantId: 'other' }), false);
  expect((await post('/slice/1/upgrade')).statusCode).toBe(404);
});

test('an upgrade asked for twice is carried out once', async () => {
  const { world, post } = await serve(aSlice(), false);
  expect((await post('/slice/1/upgrade')).statusCode).toBe(200);
  expect((await post('/slice/1/upgrade')).statusCode).toBe(200);
  expect(await world.changes.list(1, { limit: 10 })).toHaveLength(1);
});

test.each([2, '2', 'large'])(
  'a change to flavor %s is accepted, with the change to follow',
  async (flavor) => {
    const { post, get, world } = await serve();
    const answer = await post('/api/v1/slices/1/changes', { flavor });
    expect(answer.statusCode).toBe(202);
    const location = String(answer.headers.location);
    await settled(world);
    const { change } = (await get(location)).json();
    expect(change).toMatchObject({
      origin: 'manual',
      reason: 'manual',
      status: 'applied',
      toFlavor: 2,
    });
  },
);

test('the same idempotency key gives the same change, another body is refused', async () => {
  const { world, post } = await serve();
  const key = { 'idempotency-key': 'abc' };
  const first = await post('/api/v1/slices/1/changes', { flavor: 2 }, key);
  await settled(world);
  const again = await post('/api/v1/slices/1/changes', { flavor: 2 }, key);
  expect(again.statusCode).toBe(202);
  expect(again.json().change.id).toBe(first.json().change.id);
  expect(await world.changes.list(1, { limit: 10 })).toHaveLength(1);
  const other = await post('/api/v1/slices/1/changes', { flavor: 1 }, key);
  expect([other.statusCode, other.json().code]).toEqual([422, 'idempotency-key-reused']);
});

const refused: [string, object, number, string][] = [
  ['a flavor that the slice has not', { flavor: 9 }, 400, 'flavor-unknown'],
  ['the flavor in force', { flavor: 1 }, 409, 'flavor-in-force'],
  ['no flavor', {}, 400, 'request-invalid'],
  ['a flavor of null', { flavor: null }, 400, 'request-invalid'],
  ['something more', { flavor: 2, actuator: 'rm' }, 400, 'request-invalid'],
];

test.each(refused)('%s is refused', async (_title, body, status, code) => {
  const { post } = await serve(aSlice(), false);
  const answer = await post('/api/v1/slices/1/changes', body);
  expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
});

test('another change while one is being carried out is a conflict that names it', async () => {
  const flavors = [...aSlice().flavors, { id: 3, name: 'huge', pricePerHour: 9, rank: 3 }];
  const { post } = await serve(aSlice({ flavors }), false);
  const { change } = (await post('/api/v1/slices/1/changes', { flavor: 2 })).json();
  const answer = await post('/api/v1/slices/1/changes', { flavor: 3 });
  expect(answer.statusCode).toBe(409);
  expect(answer.json()).toMatchObject({ code: 'change-in-progress' });
  expect(answer.json().detail).toContain(change.id);
});

test('changes are listed newest first, page by page', async () => {
  const { world, post, get } = await serve();
  for (const [i, flavor] of [2, 1, 2].entries()) {
    world.clock.advanceTo(world.clock.now() + i * 1000);
    await post('/api/v1/slices/1/changes', { flavor });
    await settled(world);
  }
  const first = (await get('/api/v1/slices/1/changes?limit=2')).json();
  expect(first.items.map((change: { toFlavor: number }) => change.toFlavor)).toEqual([2, 1]);
  const rest = await get(`/api/v1/slices/1/changes?limit=2&cursor=${first.nextCursor}`);
  expect(rest.json().items).toHaveLength(1);
  expect(rest.json().nextCursor).toBeNull();
});

test('an unknown change is not found', async () => {
  const { get } = await serve(aSlice(), false);
  expect((await get('/api/v1/slices/1/changes/1-1')).json()).toMatchObject({
    code: 'change-unknown',
  });
});
