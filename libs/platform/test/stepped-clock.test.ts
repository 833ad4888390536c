import { expect, test } from 'vitest';
import { createSteppedClock } from '../src/index.ts';

test('a stepped clock wakes those whose instant has come, the earliest first', async () => {
  const clock = createSteppedClock(1_000);
  const woken: number[] = [];
  const waits = [1_030, 1_010, 1_020].map((at) => clock.waitUntil(at).then(() => woken.push(at)));
  clock.advanceTo(1_020);
  await Promise.all(waits.slice(1));
  expect(woken).toEqual([1_010, 1_020]);
  clock.advanceTo(1_030);
  await Promise.all(waits);
  expect(woken).toEqual([1_010, 1_020, 1_030]);
  expect(clock.now()).toBe(1_030);
});

test('a stepped clock does not go back', () => {
  const clock = createSteppedClock(1_000);
  expect(() => clock.advanceTo(999)).toThrow(RangeError);
});

test('a wait for an instant that has passed is over at once', async () => {
  await createSteppedClock(1_000).waitUntil(1_000);
});

test('a wait that is aborted rejects with the signal’s reason', async () => {
  const aborting = new AbortController();
  const waiting = createSteppedClock(0).waitUntil(1, aborting.signal);
  aborting.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  await expect(createSteppedClock(0).waitUntil(1, aborting.signal)).rejects.toThrow('stopped');
});
