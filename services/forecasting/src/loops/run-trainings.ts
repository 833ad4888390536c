import { randomUUID } from 'node:crypto';
import { every, type Loop } from '@slicecast/platform';
import { type TrainingWork, workOnTraining } from './work-on-training.ts';

export interface RunTrainingsOptions extends Omit<TrainingWork, 'owner'> {
  readonly threads: number;
}

export interface RunTrainings {
  /** Ends the work on a training that was cancelled, when it is done here. */
  cancelled(jobId: string): void;
  /** What is being trained goes back into the queue. */
  stop(): Promise<void>;
}

const lookPeriodMs = 250;

/** Takes up trainings that wait, as many at a time as there are threads; also those of a process that died. */
export function runTrainings(options: RunTrainingsOptions): RunTrainings {
  const { queue, wallClock, logger, metrics, leaseMs, threads } = options;
  const work: TrainingWork = { ...options, owner: randomUUID() };
  const working = new Map<string, { abort: AbortController; done: Promise<void> }>();
  const loop: Loop = every({
    name: 'run-trainings',
    periodMs: lookPeriodMs,
    logger,
    metrics,
    async run() {
      while (working.size < threads) {
        const claimed = await queue.claim(work.owner, wallClock.now(), leaseMs);
        if (claimed === undefined) return;
        const abort = new AbortController();
        const done = workOnTraining(work, claimed, abort)
          .catch((error) => logger.error({ err: error, jobId: claimed.id }, 'training is left'))
          .finally(() => working.delete(claimed.id));
        working.set(claimed.id, { abort, done });
      }
    },
  });
  return {
    cancelled: (jobId) => working.get(jobId)?.abort.abort('cancelled'),
    async stop() {
      await loop.stop();
      const left = [...working.values()];
      for (const { abort } of left) abort.abort('stopped');
      await Promise.all(left.map(({ done }) => done));
    },
  };
}
