import type { MessagePort } from 'node:worker_threads';
import type { CreateModel } from '@slicecast/contracts';
import { trainAndCompare } from '../domain/train.ts';
import type { TrainedModel } from '../domain/trained-model.ts';
import { TrainingRefused } from '../domain/training-refused.ts';
import type { Training } from '../ports.ts';
import { hashProfile, hashTrained } from './hash-training.ts';

export interface TrainTask {
  /** CreateModel as JSON. */
  readonly request: string;
  /** The model to be beaten. */
  readonly incumbent?: TrainedModel | undefined;
  /** Where progress is told. */
  readonly port: MessagePort;
}

/** A refusal is an answer, not a broken thread: an error's class does not survive the way between threads. */
export type TrainAnswer =
  | { readonly training: Training }
  | { readonly refused: { readonly code: TrainingRefused['code']; readonly message: string } };

/** Of requests that bring none. */
const defaultSeed = 20_200_118;
/** A step of training may last milliseconds: no more than one message in so many percent. */
const tellEveryPercent = 0.5;

/** Runs in a worker thread; cancelling ends the thread. */
export function runTraining({ request, incumbent, port }: TrainTask): TrainAnswer {
  // Checked by schema when it was accepted, and kept as it was.
  const asked = JSON.parse(request) as CreateModel;
  let told = Number.NEGATIVE_INFINITY;
  let toldStep = '';
  const progress = (percent: number, step: string) => {
    if (step === toldStep && percent - told < tellEveryPercent) return;
    port.postMessage({ percent, step });
    told = percent;
    toldStep = step;
  };
  try {
    const hooks = { progress, cancelled: () => false, elapsedMs: () => performance.now() };
    const input = { ...asked, seed: asked.seed ?? defaultSeed, incumbent };
    const { trained, comparisons } = trainAndCompare(input, hooks);
    const dataHash = hashProfile(asked.profile);
    return { training: { trained, dataHash, modelHash: hashTrained(trained), comparisons } };
  } catch (error) {
    if (!(error instanceof TrainingRefused)) throw error;
    return { refused: { code: error.code, message: error.message } };
  } finally {
    port.close();
  }
}
