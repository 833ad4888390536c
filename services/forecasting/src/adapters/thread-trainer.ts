import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { TrainingRefused } from '../domain/training-refused.ts';
import type { Trainer } from '../ports.ts';
import type { runTraining, TrainAnswer, TrainTask } from './train-worker.ts';

/** Training in worker threads, so that forecasts go on meanwhile. Aborting ends the thread at once. */
export function createThreadTrainer(threads: number): Trainer {
  const pool = new Piscina<TrainTask, TrainAnswer>({
    filename: new URL('./train-worker.ts', import.meta.url).href,
    name: 'runTraining' satisfies typeof runTraining.name,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 10_000,
  });
  return {
    async train(input, { signal, onProgress }) {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', ({ percent, step }: { percent: number; step: string }) =>
        onProgress(percent, step),
      );
      try {
        const task = { input, port: port2 };
        const answer = await pool.run(task, { transferList: [port2], signal });
        if ('trained' in answer) return answer.trained;
        throw new TrainingRefused(answer.refused.code, answer.refused.message);
      } finally {
        port1.close();
      }
    },
    close: () => pool.destroy(),
  };
}
