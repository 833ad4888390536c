import { expect, test } from 'vitest';
import { createModelCache } from '../../src/loops/model-cache.ts';
import { modelOf } from '../fakes/trained-slices.ts';

/** Models of many names, and how often each was read. */
function createStore() {
  const reads = new Map<string, number>();
  return {
    reads,
    async load(id: string) {
      reads.set(id, (reads.get(id) ?? 0) + 1);
      return id === 'gone' ? undefined : { ...modelOf('small') };
    },
  };
}

test('a model that is asked for twice at once is read once', async () => {
  const store = createStore();
  const load = createModelCache(store);
  const [first, second] = await Promise.all([load('a'), load('a')]);
  expect(first).toBe(second);
  expect(store.reads.get('a')).toBe(1);
});

test('models that somebody holds are not read again, however many there are', async () => {
  const store = createStore();
  const load = createModelCache(store);
  const ids = Array.from({ length: 300 }, (_, index) => `model-${index}`);
  const held = await Promise.all(ids.map(load));
  for (const [index, id] of ids.entries()) expect(await load(id)).toBe(held[index]);
  expect(new Set(store.reads.values())).toEqual(new Set([1]));
});

test('one that is not there is looked for each time', async () => {
  const store = createStore();
  const load = createModelCache(store);
  expect(await load('gone')).toBeUndefined();
  expect(await load('gone')).toBeUndefined();
  expect(store.reads.get('gone')).toBe(2);
});
