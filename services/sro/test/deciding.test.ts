import { afterEach, expect, test } from 'vitest';
import {
  calm,
  createMemorySlices,
  createProcess,
  createRecordingActuator,
  createWorld,
  decided,
  eventually,
  type ProcessOptions,
  send,
  settled,
  step,
  storm,
  type World,
} from './deciding-fixture.ts';
import { aDecision, aForecast, aSlice, predictivePolicy, T0 } from './domain/samples.ts';

const held = predictivePolicy({ manualHoldSeconds: 20 });

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(world: World, options: ProcessOptions = {}) {
  const process = createProcess(world, options);
  stops.push(process.deciding.stop);
  await process.deciding.start();
  return process;
}

test('a tick is decided, recorded and carried out, and IMA is told', async () => {
  const world = await createWorld();
  const { actuator, calls } = createRecordingActuator();
  const { announced, deciding } = await start(world, { actuator });
  for (let i = 0; i < 4; i += 1) await step(world, T0 + i * 1000, storm);
  expect(calls).toEqual([2]);
  expect(await world.slices.get(1)).toMatchObject({
    flavorInForce: 2,
    flavorSince: T0 + 2000,
    epoch: 1,
    version: 2,
  });
  await eventually(() => announced).toEqual(['/elasticity/slice/1/flavor/2']);
  const ticks = await decided(world);
  expect(ticks.map((each) => each.reason)).toEqual([
    'votes-pending',
    'votes-pending',
    'forecast-violation',
    'within-sla',
  ]);
  const [change] = await world.changes.list(1, { limit: 10 });
  expect(change).toMatchObject({
    id: `1-${T0 + 2000}`,
    status: 'verifying',
    attempts: 1,
    epoch: 0,
  });
  expect(deciding.ready()).toMatchObject({ ok: true });
});

test('the database keeps decisions only where outcome or reason changed', async () => {
  const world = await createWorld();
  await start(world);
  for (let i = 0; i < 6; i += 1) await step(world, T0 + i * 1000, calm);
  const kept = await world.decisions.list(1, { limit: 10 });
  expect(kept.map((each) => each.at)).toEqual([T0]);
  expect(await decided(world)).toHaveLength(6);
});

test('in recommend mode everything is recorded and nothing is done', async () => {
  const world = await createWorld(aSlice({ mode: 'recommend' }));
  const { actuator, calls } = createRecordingActuator();
  await start(world, { actuator });
  for (let i = 0; i < 5; i += 1) await step(world, T0 + i * 1000, storm);
  expect((await decided(world)).map((each) => each.action)).toEqual([
    'keep',
    'keep',
    'change',
    'change',
    'change',
  ]);
  expect(calls).toEqual([]);
  expect(await world.changes.list(1, { limit: 1 })).toEqual([]);
});

test('a tick that comes twice, or late, is not decided again', async () => {
  const world = await createWorld();
  const { metrics } = await start(world);
  await step(world, T0, calm);
  await send(world, aForecast(T0, storm), aForecast(T0 - 1000, storm));
  await step(world, T0 + 1000, calm);
  expect((await decided(world)).map((each) => each.at)).toEqual([T0, T0 + 1000]);
  const { body } = await metrics.text();
  expect(body).toMatch(/slicecast_forecasts_ignored_total\{reason="already-decided".*\} 2/);
});

test('a forecast of a slice that is not there is counted and left', async () => {
  const world = await createWorld();
  const { metrics } = await start(world);
  await send(world, { ...aForecast(T0, storm), sliceId: 7 });
  const counted = async () => (await metrics.text()).body.includes('reason="unknown-slice"');
  await eventually(counted).toBe(true);
});

test('a backlog feeds the state and acts no more', async () => {
  const world = await createWorld();
  world.clock.advanceTo(T0 + 60_000);
  await start(world);
  const ticks = Array.from({ length: 5 }, (_, i) => aForecast(T0 + i * 1000, storm));
  await send(world, ...ticks);
  await eventually(async () => (await decided(world)).length).toBe(5);
  expect((await decided(world)).every((each) => each.reason === 'superseded')).toBe(true);
  await step(world, T0 + 60_000, storm);
  expect((await decided(world)).at(-1)?.reason).toBe('votes-pending');
});

test('a change that fails leaves the slice as it is, is undone, and is tried again after a pause', async () => {
  const world = await createWorld();
  const { actuator, calls } = createRecordingActuator('fail');
  await start(world, { actuator });
  for (let i = 0; i < 4; i += 1) await step(world, T0 + i * 1000, storm);
  expect(calls).toEqual([2, 1]);
  expect(await world.slices.get(1)).toMatchObject({ flavorInForce: 1, epoch: 0 });
  const [change] = await world.changes.list(1, { limit: 1 });
  expect(change).toMatchObject({
    status: 'failed',
    error: { code: 'actuator-exit-code', detail: 'no such device; small was applied again' },
  });
  expect((await decided(world)).at(-1)?.reason).toBe('backing-off');
  for (let i = 30; i < 33; i += 1) await step(world, T0 + i * 1000, storm);
  expect(calls).toEqual([2, 1, 2]);
  expect(await world.slices.get(1)).toMatchObject({ flavorInForce: 2, epoch: 1 });
});

test('a change that cannot be undone says so', async () => {
  const world = await createWorld();
  const { actuator } = createRecordingActuator('fail', 'fail');
  await start(world, { actuator });
  for (let i = 0; i < 3; i += 1) await step(world, T0 + i * 1000, storm);
  const [change] = await world.changes.list(1, { limit: 1 });
  expect(change?.error?.detail).toBe(
    'no such device; and small could not be applied again (no such device)',
  );
});

test('an actuator that does not end is ended at the deadline', async () => {
  const world = await createWorld();
  const { actuator, calls } = createRecordingActuator('hang');
  await start(world, { actuator, config: { CHANGE_DEADLINE_MS: 100 } });
  for (let i = 0; i < 3; i += 1) await step(world, T0 + i * 1000, storm);
  const [change] = await world.changes.list(1, { limit: 1 });
  expect(change?.error?.code).toBe('change-deadline');
  expect(calls).toEqual([2, 1]);
});

test('IMA being away does not fail a change', async () => {
  const world = await createWorld();
  const { metrics } = await start(world, { imaFails: true });
  for (let i = 0; i < 3; i += 1) await step(world, T0 + i * 1000, storm);
  expect(await world.slices.get(1)).toMatchObject({ flavorInForce: 2 });
  const counted = async () =>
    (await metrics.text()).body.includes('slicecast_flavor_announcements_failed_total');
  await eventually(counted).toBe(true);
});

test('without its log it starts, and says what it waits for', async () => {
  const world = await createWorld();
  const subscribe = () => Promise.reject(new Error('the log is not there'));
  const { deciding } = await start(world, { log: { ...world.log, subscribe } });
  expect(deciding.ready()).toEqual({ name: 'deciding', ok: false, detail: 'the log is not there' });
});

test('after the silence of the policy the slice goes to its safe flavor, once', async () => {
  const policy = predictivePolicy({ silenceSeconds: 20, safeFlavor: 2 });
  const world = await createWorld(aSlice({ policy }));
  const { actuator, calls } = createRecordingActuator();
  await start(world, { actuator });
  await step(world, T0, calm);
  for (let i = 1; i <= 60; i += 1) {
    world.clock.advanceTo(T0 + i * 1000);
    // Lets the watch look before the clock moves on, as a replay in steps does.
    await world.database.query('select 1');
  }
  await eventually(() => calls).toEqual([2]);
  await settled(world);
  const silent = (await decided(world)).filter((each) => each.reason === 'silence-fallback');
  expect(silent).toMatchObject([{ id: `1-${T0 + 20_000}-silence`, toFlavor: 2, action: 'change' }]);
  await step(world, T0 + 61_000, calm);
  expect((await decided(world)).at(-1)?.state).toMatchObject({ silenceDecidedAt: null });
});

test('what was changed by hand is left by the policy until its hold is over', async () => {
  const world = await createWorld(aSlice({ flavorInForce: 2, policy: held }));
  const { server, deciding } = await start(world);
  await server.inject({ method: 'POST', url: '/slice/1/downgrade' });
  await settled(world);
  const slice = (await world.slices.get(1)) ?? aSlice();
  expect(await deciding.describe(slice)).toMatchObject({ heldUntil: T0 + 20_000 });
  for (let i = 17; i <= 20; i += 1) await step(world, T0 + i * 1000, storm);
  expect((await decided(world)).map((each) => each.reason)).toEqual([
    'manual',
    'votes-pending',
    'votes-pending',
    'manual-hold',
    'forecast-violation',
  ]);
});

test('without a hold the policy goes on after the cooldown of a change by hand', async () => {
  const policy = { ...held, manualHoldSeconds: 0 };
  const world = await createWorld(aSlice({ flavorInForce: 2, policy }));
  const { server } = await start(world);
  await server.inject({ method: 'POST', url: '/slice/1/downgrade' });
  await settled(world);
  for (let i = 17; i <= 19; i += 1) await step(world, T0 + i * 1000, storm);
  expect((await decided(world)).at(-1)).toMatchObject({ reason: 'forecast-violation' });
});

test('the status tells the last decision, the changes and what the limits leave', async () => {
  const world = await createWorld();
  const { deciding } = await start(world);
  for (let i = 0; i < 3; i += 1) await step(world, T0 + i * 1000, storm);
  const slice = (await world.slices.get(1)) ?? aSlice();
  expect(await deciding.describe(slice)).toMatchObject({
    lastDecision: { reason: 'forecast-violation', action: 'change' },
    changeInProgress: null,
    lastChange: { status: 'applied' },
    cooldownUntil: { up: T0 + 12_000, down: T0 + 62_000 },
    backOffUntil: null,
    budgetLeft: 11,
  });
});

/** The database, and how often it was asked for past changes. */
function countHistories(database: World['database']) {
  let asked = 0;
  const counting: World['database'] = {
    ...database,
    query(sql, params) {
      if (sql.includes('as asked (slice_id, since_ms, known)')) asked += 1;
      return database.query(sql, params);
    },
  };
  return { database: counting, asked: () => asked };
}

test('ticks that piled up are decided with one look at the past changes, until one of them asks for another', async () => {
  const world = await createWorld();
  const { database, asked } = countHistories(world.database);
  const instants = Array.from({ length: 30 }, (_, i) => T0 + i * 1000);
  const risky = 20;
  world.clock.advanceTo(T0 + 5000);
  await send(world, ...instants.map((at, i) => aForecast(at, i < risky ? calm : storm)));
  const { actuator } = createRecordingActuator('hang');
  await start(world, { database, actuator, config: { MAX_DECISION_AGE_MS: 60_000 } });
  await eventually(async () => (await decided(world)).length).toBe(30);
  const reasons = (await decided(world)).map(({ reason }) => reason);
  expect(reasons.slice(risky + 2)).toEqual([
    'forecast-violation',
    ...Array(30 - risky - 3).fill('change-in-progress'),
  ]);
  expect((await world.changes.list(1, { limit: 9 })).length).toBe(1);
  // Of each batch one, and one after the change; the rest of the loops has none of these.
  expect(asked()).toBeLessThanOrEqual(5);
});

test('what another replica changed by hand between two ticks is known at the next one', async () => {
  const world = await createWorld(aSlice({ policy: held }));
  await start(world);
  await step(world, T0, calm);
  const subscribe: World['log']['subscribe'] = async () => ({ close: async () => undefined });
  const { actuator } = createRecordingActuator('fail');
  const replica = createProcess(world, { actuator, log: { ...world.log, subscribe } });
  stops.push(replica.deciding.stop);
  // It asks, carries out and fails, all by itself, before the owner of the slice looks again.
  const owners = { leaseMs: 60_000, limit: 1, except: [], owner: 'replica' };
  await replica.server.inject({ method: 'POST', url: '/slice/1/upgrade' });
  const [change] = await world.changes.claim(owners);
  const error = { code: 'actuator-exit-code', detail: 'no such device' };
  const failed = { status: 'failed', at: T0 + 500, durationMs: 5, error } as const;
  await world.changes.settle(change?.id ?? '', failed);
  for (let i = 1; i < 4; i += 1) await step(world, T0 + i * 1000, storm);
  const last = (await decided(world)).at(-1);
  expect(last).toMatchObject({ action: 'keep', reason: 'backing-off' });
  expect(last?.changes).toMatchObject([{ id: change?.id, status: 'failed' }]);
});

test('a change by hand between the look at the past changes and the request: the tick is decided anew', async () => {
  const world = await createWorld();
  const byHand = {
    ...aDecision({ at: T0 + 1500, action: 'change', toFlavor: 2 }),
    id: '1-by-hand',
  };
  let meddled = false;
  const database: World['database'] = {
    ...world.database,
    async query(sql, params) {
      if (
        sql.includes('jsonb_to_recordset') &&
        String(params?.[0]).includes('"origin":"decision"')
      ) {
        if (!meddled) await meddle();
        meddled = true;
      }
      return world.database.query(sql, params);
    },
  };
  /** Over already when the owner asks, so that nothing but the version of the history tells of it. */
  async function meddle(): Promise<void> {
    await world.changes.request(byHand, 'manual');
    const error = { code: 'actuator-exit-code', detail: 'no such device' };
    const failed = { status: 'failed', at: T0 + 1600, durationMs: 5, error } as const;
    await world.changes.settle(byHand.id, failed);
  }
  await start(world, { database });
  for (let i = 0; i < 3; i += 1) await step(world, T0 + i * 1000, storm);
  const last = (await decided(world)).at(-1);
  expect(meddled).toBe(true);
  expect(last).toMatchObject({ at: T0 + 2000, action: 'keep', reason: 'backing-off' });
  expect(await world.changes.list(1, { limit: 9 })).toMatchObject([{ id: byHand.id }]);
});

test('of many slices each is decided with its own changes, and one batch writes them all at once', async () => {
  const ids = Array.from({ length: 12 }, (_, k) => k + 1);
  const world = await createWorld();
  const slices = createMemorySlices(...ids.map((sliceId) => aSlice({ sliceId })));
  let written = 0;
  const database: World['database'] = {
    ...world.database,
    query(sql, params) {
      if (sql.includes('jsonb_to_recordset')) written += 1;
      return world.database.query(sql, params);
    },
  };
  const { actuator } = createRecordingActuator(...ids.map(() => 'hang' as const));
  const ticks = [0, 1, 2, 3].map((i) => T0 + i * 1000);
  world.clock.advanceTo(T0 + 3000);
  const batch = ticks.flatMap((at) =>
    ids.map((sliceId) => aForecast(at, sliceId % 3 === 0 ? storm : calm, { sliceId })),
  );
  await send(world, ...batch);
  await start(world, { database, slices, actuator });
  await eventually(async () => (await decided(world)).length).toBe(batch.length);
  const ofSlice = (id: number) => world.changes.list(id, { limit: 9 });
  for (const id of ids) {
    const expected = id % 3 === 0 ? [{ id: `${id}-${T0 + 2000}` }] : [];
    expect(await ofSlice(id)).toMatchObject(expected);
    const own = (await decided(world)).filter(({ sliceId }) => sliceId === id);
    expect(own.map(({ at }) => at)).toEqual(ticks);
  }
  // Of each partition at most one a tick.
  expect(written).toBeLessThanOrEqual(4 * ticks.length);
});
