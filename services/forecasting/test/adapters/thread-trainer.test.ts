import { afterEach, describe, expect, test } from 'vitest';
import { createThreadTrainer } from '../../src/adapters/thread-trainer.ts';
import type { Trainer, Training } from '../../src/ports.ts';
import { trainNow } from '../fakes/fake-trainer.ts';
import { createModel } from '../fakes/start-service.ts';
import { syntheticProfile } from '../fakes/synthetic-load.ts';

const file = (name: string) => new URL(`../fakes/workers/${name}.ts`, import.meta.url);
let trainer: Trainer;
afterEach(() => trainer.close());

function trainWith(worker: URL | undefined, request: object, signal?: AbortSignal) {
  trainer = createThreadTrainer(1, worker);
  const told: { percent: number; step: string }[] = [];
  const training = trainer.train(JSON.stringify(request), {
    signal: signal ?? new AbortController().signal,
    onProgress: (percent, step) => told.push({ percent, step }),
  });
  return { training, told };
}

describe('training in a thread', () => {
  test('gives the same model as in this thread, and tells how far it is', async () => {
    const request = createModel({ seed: 7 });
    const { training, told } = trainWith(undefined, request);
    const here = trainNow(JSON.stringify(request));
    const { trained, dataHash, modelHash } = await training;
    expect({ dataHash, modelHash }).toEqual({
      dataHash: here.dataHash,
      modelHash: here.modelHash,
    });
    expect(trained).toMatchObject({ seed: 7, features: here.trained.features });
    expect(told.length).toBeGreaterThan(2);
    expect(told.map(({ percent }) => percent)).toEqual(
      told.map(({ percent }) => percent).toSorted((a, b) => a - b),
    );
  });

  test('gives the same model to the byte in one thread, and in two side by side', async () => {
    trainer = createThreadTrainer(2);
    const options = { signal: new AbortController().signal, onProgress: () => undefined };
    const ask = (seed: number) => trainer.train(JSON.stringify(createModel({ seed })), options);
    const alone = await ask(7);
    const together = await Promise.all([ask(7), ask(7), ask(8)]);
    const bytes = ({ trained }: Training) =>
      JSON.stringify(trained, (key, value) => (key === 'trainingSeconds' ? 0 : value));
    const here = trainNow(JSON.stringify(createModel({ seed: 7 })));
    for (const training of [...together.slice(0, 2), here]) {
      expect(training.modelHash).toBe(alone.modelHash);
      expect(training.dataHash).toBe(alone.dataHash);
      expect(bytes(training)).toBe(bytes(alone));
    }
    expect(together[2]?.dataHash).toBe(alone.dataHash);
    expect(together[2]?.modelHash).not.toBe(alone.modelHash);
  });

  test('passes a refusal on in words', async () => {
    const { training } = trainWith(
      undefined,
      createModel({ profile: syntheticProfile({ rows: 20 }) }),
    );
    await expect(training).rejects.toMatchObject({ name: 'TrainingRefused', code: 'too-few-rows' });
  });

  test('ends its thread when it is cancelled, though it never looks up', async () => {
    const abort = new AbortController();
    trainer = createThreadTrainer(1, file('busy-worker'));
    const told = Promise.withResolvers<void>();
    const training = trainer.train('{}', {
      signal: abort.signal,
      onProgress: () => told.resolve(),
    });
    await told.promise;
    abort.abort();
    await expect(training).rejects.toThrow();
    // The next one gets a thread: the busy one does not hold it any more.
    const another = new AbortController();
    const begun = Promise.withResolvers<void>();
    const next = trainer.train('{}', { signal: another.signal, onProgress: () => begun.resolve() });
    await begun.promise;
    another.abort();
    await expect(next).rejects.toThrow();
  });

  test.each([
    ['ends its thread', 'exiting-worker', /exit|terminated/i],
    ['throws', 'throwing-worker', /out of luck/],
  ])('that %s rejects with the reason', async (_title, name, reason) => {
    const { training } = trainWith(file(name), {});
    await expect(training).rejects.toThrow(reason);
  });
});
