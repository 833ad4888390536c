import { createHash, randomUUID } from 'node:crypto';
import type { CreateModel } from '@slicecast/contracts';
import { type Clock, every, type Logger, type Loop, type Metrics } from '@slicecast/platform';
import { describeModel } from '../domain/describe-model.ts';
import { TrainingRefused } from '../domain/training-refused.ts';
import type { ClaimedTraining, Trainer, TrainingStore } from '../ports.ts';

export interface RunTrainingsOptions {
  readonly store: TrainingStore;
  readonly trainer: Trainer;
  /** Wall clock: leases and the time of a model's making. */
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly threads: number;
}

export interface RunTrainings {
  /** Ends the work on a job that was cancelled, when it is done here. */
  cancelled(jobId: string): void;
  stop(): Promise<void>;
}

const lookPeriodMs = 250;
/** A worker that was not heard of for so long is taken for dead, and its job is begun anew. */
const leaseMs = 10_000;
const renewPeriodMs = 2000;
export const defaultSeed = 20_200_118;

/** Takes up trainings that wait, as many at a time as there are threads; also those of a process that died. */
export function runTrainings(options: RunTrainingsOptions): RunTrainings {
  const owner = randomUUID();
  const working = new Map<string, { abort: AbortController; done: Promise<void> }>();
  const loop: Loop = every({
    name: 'run-trainings',
    periodMs: lookPeriodMs,
    logger: options.logger,
    metrics: options.metrics,
    async run() {
      while (working.size < options.threads) {
        const job = await options.store.claim(owner, options.clock.now(), leaseMs);
        if (job === undefined) return;
        const abort = new AbortController();
        const done = work(options, owner, job, abort)
          .catch((error) => options.logger.error({ err: error, jobId: job.id }, 'training broke'))
          .finally(() => working.delete(job.id));
        working.set(job.id, { abort, done });
      }
    },
  });
  return {
    cancelled: (jobId) => working.get(jobId)?.abort.abort(),
    async stop() {
      await loop.stop();
      const left = [...working.values()];
      for (const { abort } of left) abort.abort();
      await Promise.all(left.map(({ done }) => done));
    },
  };
}

async function work(
  options: RunTrainingsOptions,
  owner: string,
  { id, request }: ClaimedTraining,
  abort: AbortController,
): Promise<void> {
  const { store, trainer, clock, metrics } = options;
  const state = { percent: 0, step: 'waiting for a thread' };
  const renewing = every({
    name: 'renew-training',
    periodMs: renewPeriodMs,
    logger: options.logger,
    async run() {
      const mine = await store.progress(id, owner, { ...state, now: clock.now(), leaseMs });
      if (!mine) abort.abort();
    },
  });
  const begun = clock.now();
  try {
    const input = { ...request, seed: request.seed ?? defaultSeed };
    const onProgress = (percent: number, step: string) => Object.assign(state, { percent, step });
    const trained = await trainer.train(input, { signal: abort.signal, onProgress });
    const createdAt = clock.now();
    const trainingSeconds = (createdAt - begun) / 1000;
    const model = describeModel(request, trained, {
      ...identify(request, trained.seed),
      trainingSeconds,
      createdAt,
    });
    await store.succeed(id, owner, { model, trained }, clock.now());
    metrics
      .histogram(
        'slicecast_training_seconds',
        'Time a training took',
        [],
        [1, 2, 5, 10, 30, 60, 300],
      )
      .observe(trainingSeconds);
  } catch (error) {
    // Stopped or cancelled: who did it has said so, or the job is begun anew after a start.
    if (abort.signal.aborted) return;
    const why = error instanceof TrainingRefused ? error.message : `the training broke: ${error}`;
    await store.end(id, 'failed', why, clock.now());
  } finally {
    await renewing.stop();
  }
}

/** The same data, horizon and seed for the same flavor make the same model, under the same id. */
function identify(request: CreateModel, seed: number) {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const dataHash = sha256(JSON.stringify(request.profile));
  const { tenantId, sliceId, flavorId, horizonSeconds } = request;
  const key = JSON.stringify([tenantId, sliceId, flavorId, horizonSeconds, seed, dataHash]);
  return { id: `model-${sha256(key).slice(0, 20)}`, dataHash };
}
