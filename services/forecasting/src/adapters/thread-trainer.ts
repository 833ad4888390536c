import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { TrainingRefused } from '../domain/training-refused.ts';
import type { Trainer } from '../ports.ts';
import type { runTraining, TrainAnswer, TrainTask } from './train-worker.ts';

/** A training that needs more ends its thread, not the process. */
const maxHeapMb = 2048;

/**
 * Training in worker threads, so that forecasts go on meanwhile. Aborting ends the thread at once.
 * `worker`: another file that exports `runTraining`, for tests.
 */
export function createThreadTrainer(
  threads: number,
  worker = new URL('./train-worker.ts', import.meta.url),
): Trainer {
  const pool = new Piscina<TrainTask, TrainAnswer>({
    filename: worker.href,
    name: 'runTraining' satisfies typeof runTraining.name,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 10_000,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });
  return {
    async train(request, { signal, onProgress, incumbent }) {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', ({ percent, step }: { percent: number; step: string }) =>
        onProgress(percent, step),
      );
      try {
        const task = { request, incumbent, port: port2 };
        const answer = await pool.run(task, { transferList: [port2], signal });
        if ('training' in answer) return answer.training;
        throw new TrainingRefused(answer.refused.code, answer.refused.message);
      } finally {
        port1.close();
      }
    },
    close: () => pool.destroy(),
  };
}
