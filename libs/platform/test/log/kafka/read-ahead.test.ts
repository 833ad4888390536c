import { expect, test } from 'vitest';
import { createReadAhead } from '../../../src/log/kafka/read-ahead.ts';

test('as many are at work as there are places, and of a partition one', async () => {
  const ahead = createReadAhead(2);
  const gates = ['a', 'b', 'a again', 'c'].map((name) => ({
    name,
    ...Promise.withResolvers<void>(),
  }));
  const events: string[] = [];
  const partitions = [0, 1, 0, 2];
  const begun = gates.map(({ name, promise }, index) =>
    ahead.begin(partitions[index] ?? 0, async () => {
      events.push(name);
      await promise;
      events.push(`${name} ended`);
    }),
  );
  await Promise.all(begun.slice(0, 2));
  expect(events).toEqual(['a', 'b']);
  gates[1]?.resolve();
  await begun[3];
  expect(events).toEqual(['a', 'b', 'b ended', 'c']);
  gates[0]?.resolve();
  await begun[2];
  expect(events).toEqual(['a', 'b', 'b ended', 'c', 'a ended', 'a again']);
  gates[2]?.resolve();
  gates[3]?.resolve();
  await ahead.ended();
  expect(events.slice(-2).toSorted()).toEqual(['a again ended', 'c ended']);
});
