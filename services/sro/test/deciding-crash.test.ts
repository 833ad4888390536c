import { type SliceDecision, topics } from '@slicecast/contracts';
import type { Database, Log } from '@slicecast/platform';
import { afterEach, expect, test } from 'vitest';
import {
  calm,
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
import { without } from './verifying-fixture.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(world: World, options: ProcessOptions = {}) {
  const { deciding } = createProcess(world, options);
  stops.push(deciding.stop);
  await deciding.start();
  return deciding;
}

/** The change that the third tick of a storm asks for. */
const third = T0 + 2000;
const changeId = `1-${third}`;

/** Two ticks decided by a process of the past, and the third one sent. */
async function atTheThirdTick(options: ProcessOptions) {
  const world = await createWorld();
  const cut = await start(world, options);
  await step(world, T0, storm);
  await step(world, T0 + 1000, storm);
  world.clock.advanceTo(third);
  await send(world, aForecast(third, storm));
  return { world, cut };
}

/** A log that loses the decision of the third tick, as a process that ends before it is written. */
function cutBeforeLog(log: Log): { log: Log; reached: () => boolean } {
  let reached = false;
  const append: Log['append'] = async (topic, messages) => {
    const isThird = messages.some(
      ({ at }) => topic.name === topics.sliceDecisions.name && at === third,
    );
    if (!isThird) return log.append(topic, messages);
    reached = true;
    throw new Error('the process is gone');
  };
  return { log: { ...log, append }, reached: () => reached };
}

/** A database that does not take the end of a change, as a process that ends before it is written. */
function cutBeforeSettling(database: Database): Database {
  return without(database, 'set status = $2, settled_at').database;
}

async function statusOf(world: World): Promise<string | undefined> {
  return (await world.changes.get(changeId))?.status;
}

async function inForceOnce(world: World): Promise<void> {
  await eventually(() => statusOf(world)).toBe('applied');
  expect(await world.slices.get(1)).toMatchObject({ flavorInForce: 2, epoch: 1, version: 2 });
  expect(await world.changes.list(1, { limit: 10 })).toHaveLength(1);
}

test('cut after the change is requested and before its decision is in the log', async () => {
  const world = await createWorld();
  const broken = cutBeforeLog(world.log);
  const before = createRecordingActuator('hang');
  const cut = await start(world, { log: broken.log, actuator: before.actuator });
  await step(world, T0, storm);
  await step(world, T0 + 1000, storm);
  world.clock.advanceTo(third);
  await send(world, aForecast(third, storm));
  await eventually(broken.reached).toBe(true);
  await cut.stop();
  expect((await decided(world)).map((each) => each.at)).toEqual([T0, T0 + 1000]);

  const after = createRecordingActuator();
  await start(world, { actuator: after.actuator });
  await inForceOnce(world);
  // The tick comes again under the new flavor; it is recorded as it was decided, once.
  await eventually(async () => (await decided(world)).length).toBe(3);
  expect((await decided(world)).at(-1)).toMatchObject({
    id: changeId,
    action: 'change',
    reason: 'forecast-violation',
    epoch: 0,
    fromFlavor: 1,
  });
  await step(world, third + 1000, calm);
  expect((await decided(world)).at(-1)?.state).toMatchObject({ at: third + 1000 });
});

test('a batch whose decisions the log refuses comes again: each tick is decided once, and asks once', async () => {
  const world = await createWorld();
  let refusals = 3;
  const append: Log['append'] = async (topic, messages) => {
    if (topic.name === topics.sliceDecisions.name && refusals > 0) {
      refusals -= 1;
      throw new Error('the log is away');
    }
    return world.log.append(topic, messages);
  };
  world.clock.advanceTo(third);
  const ticks = [T0, T0 + 1000, third, third + 1000];
  await send(world, ...ticks.map((at) => aForecast(at, storm)));
  const { actuator, calls } = createRecordingActuator();
  await start(world, { log: { ...world.log, append }, actuator });
  await eventually(async () => (await decided(world)).map(({ at }) => at)).toEqual(ticks);
  await inForceOnce(world);
  expect(refusals).toBe(0);
  expect(calls).toEqual([2]);
  expect((await decided(world))[2]).toMatchObject({ id: changeId, epoch: 0, action: 'change' });
});

test('cut after the request and before anybody began', async () => {
  const world = await createWorld();
  const decision = await changeDecision(world);
  await world.changes.request(decision, 'decision');
  const { actuator, calls } = createRecordingActuator();
  await start(world, { actuator });
  await inForceOnce(world);
  expect(calls).toEqual([2]);
});

test('cut while the actuator runs: it is asked again', async () => {
  const hanging = createRecordingActuator('hang');
  const { world, cut } = await atTheThirdTick({ actuator: hanging.actuator });
  await eventually(() => hanging.calls).toEqual([2]);
  await cut.stop();
  expect(await statusOf(world)).toBe('applying');
  expect(await world.slices.get(1)).toMatchObject({ flavorInForce: 1, epoch: 0 });

  const { actuator, calls } = createRecordingActuator();
  await start(world, { actuator });
  await inForceOnce(world);
  expect(calls).toEqual([2]);
  expect(await world.changes.get(changeId)).toMatchObject({ attempts: 2 });
});

test('cut after the flavor is in force and before the change is ended: the actuator is left alone', async () => {
  const world = await createWorld();
  const cut = await start(world, { database: cutBeforeSettling(world.database) });
  await world.changes.request(await changeDecision(world), 'decision');
  await eventually(async () => (await world.slices.get(1))?.epoch).toBe(1);
  await cut.stop();
  expect(await statusOf(world)).toBe('applying');

  const { actuator, calls } = createRecordingActuator();
  await start(world, { actuator });
  await inForceOnce(world);
  expect(calls).toEqual([]);
});

test('cut while a failed change is undone: it is begun anew, under another key', async () => {
  const failing = createRecordingActuator('fail', 'hang');
  const { world, cut } = await atTheThirdTick({ actuator: failing.actuator });
  await eventually(() => failing.calls).toEqual([2, 1]);
  await cut.stop();
  expect(await statusOf(world)).toBe('applying');
  const after = createRecordingActuator();
  await start(world, { actuator: after.actuator });
  await inForceOnce(world);
  expect([...failing.keys, ...after.keys]).toEqual([
    `${changeId}.1`,
    `${changeId}.1.undo`,
    `${changeId}.2`,
  ]);
});

test('a change that ends its process every time is given up and undone', async () => {
  const world = await createWorld();
  await world.changes.request(await changeDecision(world), 'decision');
  const claim = { owner: 'sro', leaseMs: 60_000, limit: 1, except: [] };
  for (let attempt = 0; attempt < 5; attempt += 1) await world.changes.claim(claim);
  const { actuator, calls } = createRecordingActuator();
  await start(world, { actuator });
  await settled(world);
  expect(calls).toEqual([1]);
  expect(await world.changes.get(changeId)).toMatchObject({
    status: 'failed',
    error: { code: 'change-attempts' },
  });
});

test('a change that another owner carries out is left to it until its lease is over', async () => {
  const world = await createWorld();
  await world.changes.request(await changeDecision(world), 'decision');
  const lease = { leaseMs: 60_000, limit: 1, except: [] };
  expect(await world.changes.claim({ ...lease, owner: 'one' })).toHaveLength(1);
  expect(await world.changes.claim({ ...lease, owner: 'two' })).toEqual([]);
  expect(await world.changes.claim({ ...lease, owner: 'two', leaseMs: -1 })).toHaveLength(1);
});

const refused: [string, Parameters<typeof aSlice>[0], string][] = [
  ['the slice was changed in the meantime', { epoch: 3 }, 'stale-epoch'],
  ['the slice was paused', { paused: true }, 'paused'],
  ['the slice was set to recommend', { mode: 'recommend' }, 'recommend'],
  ['the slice was deleted', { deleted: true }, 'slice-gone'],
  ['its flavor was removed', { flavors: aSlice().flavors.slice(0, 1) }, 'flavor-gone'],
];

test.each(refused)('a change is not begun when %s', async (_title, changed, code) => {
  const world = await createWorld();
  await world.changes.request(await changeDecision(world), 'decision');
  await world.slices.update(1, (state) => ({ ...state, ...changed }));
  const { actuator, calls } = createRecordingActuator();
  await start(world, { actuator });
  await settled(world);
  expect(calls).toEqual([]);
  expect(await world.changes.get(changeId)).toMatchObject({ status: 'failed', error: { code } });
});

test('a decided change that nobody could begin in time is not begun any more', async () => {
  const world = await createWorld();
  await world.changes.request(await changeDecision(world), 'decision');
  world.clock.advanceTo(third + 61_000);
  await start(world);
  await settled(world);
  expect((await world.changes.get(changeId))?.error?.code).toBe('change-late');
});

test('decisions of a run that is cut and taken up again equal those of one that is not', async () => {
  const load = Array.from({ length: 30 }, (_, i) => (i % 10 > 6 ? storm : calm));
  const slice = aSlice({ mode: 'recommend' });
  const run = async (cutAt: readonly number[]) => {
    const world = await createWorld(slice);
    let deciding = await start(world);
    for (const [i, probabilities] of load.entries()) {
      if (cutAt.includes(i)) {
        await deciding.stop();
        deciding = await start(world);
      }
      await step(world, T0 + i * 1000, probabilities);
    }
    await deciding.stop();
    return JSON.stringify(await decided(world));
  };
  expect(await run([5, 6, 18])).toBe(await run([]));
});

test('a fallback whose decision did not reach the log is found in the database, and not repeated', async () => {
  const policy = predictivePolicy({ silenceSeconds: 20, safeFlavor: 2 });
  const world = await createWorld(aSlice({ policy }));
  const append: Log['append'] = async (topic, messages) => {
    const silent = messages.some(({ value }) => JSON.stringify(value).includes('silence-fallback'));
    if (silent) throw new Error('the process is gone');
    return world.log.append(topic, messages);
  };
  const cut = await start(world, { log: { ...world.log, append } });
  await step(world, T0, calm);
  world.clock.advanceTo(T0 + 20_000);
  await eventually(async () => (await world.changes.list(1, { limit: 9 })).length).toBe(1);
  await settled(world);
  await cut.stop();

  const { actuator, calls } = createRecordingActuator();
  await start(world, { actuator });
  world.clock.advanceTo(T0 + 45_000);
  await eventually(async () => (await decided(world)).at(-1)?.reason).toBe('silence-fallback');
  expect(await world.changes.list(1, { limit: 9 })).toHaveLength(1);
  expect(calls).toEqual([]);
});

/** The decision of the third tick, made by a process on a world of its own kind. */
async function changeDecision(world: World): Promise<SliceDecision> {
  world.clock.advanceTo(third);
  return aDecision({ at: third, action: 'change' });
}
