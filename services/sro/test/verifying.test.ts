import { expect, test } from 'vitest';
import { createOutcomeStore } from '../src/adapters/outcome-store.ts';
import { createVerificationStore } from '../src/adapters/verification-store.ts';
import {
  createProcess,
  createRecordingActuator,
  decided,
  eventually,
  settled,
  type World,
} from './deciding-fixture.ts';
import { T0 } from './domain/samples.ts';
import {
  changeId,
  createVerifyWorld,
  cutAt,
  outcome,
  revertId,
  run,
  tick,
  ticks,
  without,
  withoutDecisionOf,
} from './verifying-fixture.ts';

const statusOf = async (world: World, id: string) => (await world.changes.get(id))?.status;

const reverted = {
  changes: [
    { id: revertId, origin: 'revert', reason: 'worse-than-forecast', reverts: changeId, epoch: 1 },
    { id: changeId, origin: 'decision', status: 'reverted', verdict: 'worse' },
  ],
  flavorInForce: 1,
  epoch: 2,
};

test('a change whose KPI is as forecast is verified at the end of its window', async () => {
  const world = await createVerifyWorld();
  await run(world, { to: ticks.first, large: 60 });
  expect(await world.changes.get(changeId)).toMatchObject({
    status: 'verifying',
    verifyBy: T0 + (ticks.storm + 22 + 60) * 1000,
  });
  await run(world, { from: ticks.first + 1, to: ticks.end, large: 60 });
  expect(await outcome(world)).toMatchObject({
    changes: [
      {
        status: 'verified',
        verdict: 'as-forecast',
        settledAt: T0 + ticks.storm * 1000,
        endedAt: T0 + ticks.end * 1000,
        feltMs: 1000,
      },
    ],
    flavorInForce: 2,
    epoch: 1,
  });
});

test('a change that makes the KPI worse is taken back, and its flavor paused', async () => {
  const world = await createVerifyWorld();
  await run(world, { to: ticks.revert + 1, large: 300 });
  expect(await outcome(world)).toMatchObject(reverted);
  const { deciding } = createProcess(world);
  const slice = await world.slices.get(1);
  if (slice === undefined) throw new Error('no slice');
  expect((await deciding.describe(slice)).revertPauses).toEqual([
    { flavorId: 2, direction: 'up', reverts: 1, until: T0 + (ticks.revert + 300) * 1000 },
  ]);
});

test('a KPI that is not streamed leaves the change unobserved', async () => {
  const world = await createVerifyWorld();
  await run(world, { to: ticks.end, large: null });
  expect(await world.changes.get(changeId)).toMatchObject({
    status: 'verified',
    verdict: 'unobserved',
  });
});

test.each([
  ['as forecast', 60],
  ['worse', 300],
])(
  'a run cut at every state decides and ends as one that is not, with a KPI %s',
  async (_title, large) => {
    const of = async (cuts: readonly number[]) => {
      const world = await createVerifyWorld();
      await run(world, { to: ticks.last, large }, cuts);
      return JSON.stringify([await outcome(world), await decided(world)]).replaceAll(
        /"attempts":\d/g,
        '',
      );
    };
    const whole = await of([]);
    // Applied and not yet watched, being watched, before and after its end or its revert, and the revert applied.
    expect(await of([13, 14, 20, 21, 22, 23, 34, 35, 43, 44])).toBe(whole);
  },
  60_000,
);

test('cut after the end of a verification is in the database and before it is in the log', async () => {
  const world = await createVerifyWorld();
  await run(world, { to: ticks.end - 1, large: 60 });
  const broken = withoutDecisionOf(world.log, ticks.end);
  await cutAt(world, ticks.end, { log: broken.log }, broken.reached, 60);
  expect(await statusOf(world, changeId)).toBe('verified');
  const before = await outcome(world);
  await run(world, { from: ticks.end + 1, to: ticks.end + 1, large: 60 });
  const ended = (await decided(world)).filter(
    ({ verification }) => verification?.status === 'verified',
  );
  expect(ended).toMatchObject([{ at: T0 + ticks.end * 1000 }]);
  expect(await outcome(world)).toEqual(before);
});

test('cut before the end of a verification is in the database', async () => {
  const world = await createVerifyWorld();
  await run(world, { to: ticks.end - 1, large: 60 });
  const { database, reached } = without(world.database, 'advanced as (');
  await cutAt(world, ticks.end, { database }, reached, 60);
  expect(await statusOf(world, changeId)).toBe('verifying');
  await run(world, { from: ticks.end + 1, to: ticks.end + 1, large: 60 });
  expect(await world.changes.get(changeId)).toMatchObject({
    status: 'verified',
    endedAt: T0 + ticks.end * 1000,
  });
});

test('cut after a revert is asked for and before its decision is in the log', async () => {
  const world = await createVerifyWorld();
  await run(world, { to: ticks.revert - 1, large: 300 });
  const broken = withoutDecisionOf(world.log, ticks.revert);
  const { actuator } = createRecordingActuator('hang');
  await cutAt(world, ticks.revert, { log: broken.log, actuator }, broken.reached);
  expect(await statusOf(world, changeId)).toBe('verifying');
  await run(world, { from: ticks.revert + 1, to: ticks.revert + 1, large: 300 });
  expect(await outcome(world)).toMatchObject(reverted);
  const told = (await decided(world)).filter(({ reason }) => reason === 'worse-than-forecast');
  expect(told).toMatchObject([{ id: revertId, epoch: 1 }]);
});

test('cut while the actuator takes a change back: it is asked again', async () => {
  const world = await createVerifyWorld();
  await run(world, { to: ticks.revert - 1, large: 300 });
  const hanging = createRecordingActuator('hang');
  await cutAt(
    world,
    ticks.revert,
    { actuator: hanging.actuator },
    () => hanging.calls.length === 1,
  );
  expect([await statusOf(world, revertId), await statusOf(world, changeId)]).toEqual([
    'applying',
    'verifying',
  ]);
  await run(world, { from: ticks.revert + 1, to: ticks.revert + 1, large: 300 });
  expect(await outcome(world)).toMatchObject(reverted);
  expect(await world.changes.get(revertId)).toMatchObject({ attempts: 2 });
});

test('cut after the flavor before is in force again and before that is written down', async () => {
  const world = await createVerifyWorld();
  await run(world, { to: ticks.revert - 1, large: 300 });
  const { database } = without(world.database, 'set status = $2, settled_at');
  const isBack = async () => (await world.slices.get(1))?.epoch === 2;
  await cutAt(world, ticks.revert, { database }, isBack);
  expect(await statusOf(world, changeId)).toBe('verifying');
  const { actuator, calls } = createRecordingActuator();
  const { deciding } = createProcess(world, { actuator });
  await deciding.start();
  await eventually(() => statusOf(world, changeId)).toBe('reverted');
  await deciding.stop();
  expect(calls).toEqual([]);
  expect(await outcome(world)).toMatchObject(reverted);
});

test('a change that cannot be taken back has failed, and stands', async () => {
  const world = await createVerifyWorld();
  await run(world, { to: ticks.revert - 1, large: 300 });
  const { actuator, calls } = createRecordingActuator('fail');
  const { deciding } = createProcess(world, { actuator });
  await deciding.start();
  await tick(world, ticks.revert, 300);
  await tick(world, ticks.revert + 1, 300);
  await deciding.stop();
  expect(calls).toEqual([1, 2]);
  const error = { code: 'actuator-exit-code', detail: 'no such device; large was applied again' };
  expect(await outcome(world)).toMatchObject({
    changes: [
      { id: revertId, status: 'failed', error },
      { id: changeId, status: 'failed', verdict: 'worse', error },
    ],
    flavorInForce: 2,
    epoch: 1,
  });
  expect((await decided(world)).at(-1)?.verification).toBeUndefined();
});

test('the next change ends the verification of the one before', async () => {
  const world = await createVerifyWorld();
  await run(world, { to: ticks.first + 5, large: 60 });
  const { server, deciding } = createProcess(world);
  await deciding.start();
  await server.inject({ method: 'POST', url: '/slice/1/downgrade' });
  await settled(world);
  await deciding.stop();
  expect(await world.changes.get(changeId)).toMatchObject({
    status: 'verified',
    verdict: 'overtaken',
    endedAt: T0 + (ticks.first + 5) * 1000,
  });
});

test('a replica that lost its slices and does not know it changes nothing twice', async () => {
  const world = await createVerifyWorld();
  const subscribe: World['log']['subscribe'] = (options) =>
    world.log.subscribe({ ...options, group: `${options.group}-of-another` });
  const { deciding } = createProcess(world, { log: { ...world.log, subscribe } });
  await deciding.start();
  await run(world, { to: ticks.revert + 2, large: 300 });
  await deciding.stop();
  expect(await outcome(world)).toMatchObject(reverted);
  expect((await world.changes.list(1, { limit: 10 })).length).toBe(2);
});

test('of two that end a verification or take the change back at once, one does', async () => {
  const world = await createVerifyWorld();
  await run(world, { to: ticks.revert - 1, large: 300 });
  const broken = withoutDecisionOf(world.log, ticks.revert);
  const { actuator } = createRecordingActuator('hang');
  await cutAt(world, ticks.revert, { log: broken.log, actuator }, broken.reached);
  const revert = await world.decisions.get(revertId);
  if (revert === undefined) throw new Error('no revert was decided');
  await world.database.query('delete from sro.changes where id = $1', [revertId]);
  await world.database.query(`update sro.changes set verdict = null where id = $1`, [changeId]);
  const outcomes = createOutcomeStore(world.database);
  const end = { changeId, status: 'verified', verdict: 'as-forecast', feltMs: null } as const;
  const decision = { ...revert, verification: end };
  const ended = { decision, change: null, news: false, historyVersion: null };
  const later = { ...revert, id: `${revertId}9`, at: revert.at + 9 };
  const [first, second] = await Promise.all([
    world.changes.request(revert, 'revert'),
    world.changes.request(later, 'revert'),
    outcomes.keep([ended]),
  ]);
  const created = [first, second].filter(({ outcome: each }) => each === 'created').length;
  const status = await statusOf(world, changeId);
  expect(status).toBe(created === 1 ? 'verifying' : 'verified');
  expect(created).toBeLessThanOrEqual(1);
  // Whoever comes after it finds it being taken back, or over.
  await outcomes.keep([ended]);
  const last = { ...revert, id: `${revertId}99`, at: revert.at + 99 };
  expect((await world.changes.request(last, 'revert')).outcome).toBe('in-progress');
});

test('a verification that no tick ends is over some time after its window', async () => {
  const world = await createVerifyWorld();
  await run(world, { to: ticks.first, large: 60 });
  const verifications = createVerificationStore(world.database);
  const { verifyBy } = (await world.changes.get(changeId)) ?? {};
  expect(await verifications.expire(verifyBy ?? 0)).toBe(0);
  expect(await verifications.expire((verifyBy ?? 0) + 1)).toBe(1);
  expect(await world.changes.get(changeId)).toMatchObject({
    status: 'verified',
    verdict: 'unobserved',
  });
});
