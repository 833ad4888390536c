import type { CreateModel } from '@slicecast/contracts';
import { hashProfile, hashTrained } from '../../src/adapters/hash-training.ts';
import { trainAndCompare } from '../../src/domain/train.ts';
import type { TrainedModel } from '../../src/domain/trained-model.ts';
import type { Trainer } from '../../src/ports.ts';

export interface FakeTrainer extends Trainer {
  /** Requests that were begun, in order. */
  readonly begun: string[];
  /** Of those, ended by their signal. */
  aborted: number;
}

/** Trains in this thread: by the real domain, or as `work` says. */
export function createFakeTrainer(
  work?: (attempt: number, tell: (percent: number, step: string) => void) => Promise<void>,
): FakeTrainer {
  const trainer: FakeTrainer = {
    begun: [],
    aborted: 0,
    async train(request, { signal, onProgress, incumbent }) {
      trainer.begun.push(request);
      const stopped = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          trainer.aborted += 1;
          reject(new Error('aborted'));
        });
      });
      await Promise.race([work?.(trainer.begun.length, onProgress), stopped]);
      return trainNow(request, incumbent);
    },
    close: async () => undefined,
  };
  return trainer;
}

/** What the worker thread answers. */
export function trainNow(request: string, incumbent?: TrainedModel) {
  const asked: CreateModel = JSON.parse(request);
  const hooks = { progress: () => undefined, cancelled: () => false };
  const input = { ...asked, seed: asked.seed ?? 1, incumbent };
  const { trained, comparisons } = trainAndCompare(input, hooks);
  const dataHash = hashProfile(asked.profile);
  return { trained, dataHash, modelHash: hashTrained(trained), comparisons };
}
