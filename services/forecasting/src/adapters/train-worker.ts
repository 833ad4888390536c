import type { MessagePort } from 'node:worker_threads';
import { type TrainingInput, train } from '../domain/train.ts';
import type { TrainedModel } from '../domain/trained-model.ts';
import { TrainingRefused } from '../domain/training-refused.ts';

export interface TrainTask {
  readonly input: TrainingInput;
  /** Where progress is told. */
  readonly port: MessagePort;
}

/** A refusal is an answer, not a broken thread: an error's class does not survive the way between threads. */
export type TrainAnswer =
  | { readonly trained: TrainedModel }
  | { readonly refused: { readonly code: TrainingRefused['code']; readonly message: string } };

/** Runs in a worker thread; cancelling ends the thread. */
export function runTraining({ input, port }: TrainTask): TrainAnswer {
  try {
    const trained = train(input, {
      progress: (percent, step) => port.postMessage({ percent, step }),
      cancelled: () => false,
      elapsedMs: () => performance.now(),
    });
    return { trained };
  } catch (error) {
    if (!(error instanceof TrainingRefused)) throw error;
    return { refused: { code: error.code, message: error.message } };
  } finally {
    port.close();
  }
}
