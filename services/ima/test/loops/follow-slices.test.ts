import { createMemoryLog, type Log } from '@slicecast/platform';
import { expect, test, vi } from 'vitest';
import { followSlices } from '../../src/loops/follow-slices.ts';
import { publish, slice } from '../fakes/start-test-ima.ts';

async function following(log: Log) {
  const follower = followSlices(log);
  await follower.start();
  return follower;
}

test('the view has the newest state of every slice, and none that was deleted', async () => {
  const log = createMemoryLog();
  const follower = await following(log);
  await publish(log, slice);
  await publish(log, { ...slice, sliceId: 2, name: 'second' });
  await publish(log, { ...slice, version: 2, flavorInForce: 2 });
  await publish(log, { ...slice, sliceId: 2, version: 2, deleted: true });
  await vi.waitFor(() => {
    expect(follower.view.list().map(({ sliceId }) => sliceId)).toEqual([1]);
    expect(follower.view.get(1)?.flavorInForce).toBe(2);
  });
  expect(follower.view.get(2)).toBeUndefined();
  await follower.stop();
});

test('a follower that comes later knows what was committed before it', async () => {
  const log = createMemoryLog();
  const first = await following(log);
  await publish(log, slice);
  await vi.waitFor(() => expect(first.view.get(1)).toBeDefined());
  await first.stop();
  const second = await following(log);
  await vi.waitFor(() => expect(second.view.get(1)).toEqual(slice));
  await second.stop();
});

test('a slice that another process owns is looked up in the log', async () => {
  const log = createMemoryLog();
  const follower = followSlices(log);
  expect(await follower.lookUp(1)).toBeUndefined();
  await publish(log, slice);
  expect(follower.view.get(1)).toBeUndefined();
  expect(await follower.lookUp(1)).toEqual(slice);
});
