import { type Clock, every, type Logger, type Metrics, retry } from '@slicecast/platform';
import { describeModel } from '../domain/describe-model.ts';
import type { TrainedModel } from '../domain/trained-model.ts';
import { TrainingRefused } from '../domain/training-refused.ts';
import type {
  ClaimedTraining,
  ModelStore,
  StoredModel,
  Trainer,
  Training,
  TrainingOutcome,
  TrainingQueue,
} from '../ports.ts';
import { verdictOf } from './verdict-of.ts';

export interface TrainingWork {
  readonly queue: TrainingQueue;
  readonly trainer: Trainer;
  /** Where the model to be beaten is. */
  readonly models: Pick<ModelStore, 'load'>;
  /** Leases, and how long a training took. */
  readonly wallClock: Pick<Clock, 'now'>;
  /** Event time: the instant at which a model came to be. */
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly owner: string;
  /** A worker that was not heard of for so long is taken for dead, and its training is begun anew. */
  readonly leaseMs: number;
}

/** Progress is recorded, and a cancel in another process heard of, so often within a lease. */
const renewalsALease = 10;
/** A training that was begun more often takes its process with it, and is not begun again. */
const maxAttempts = 3;
const settling = { attempts: 6, baseDelayMs: 100, maxDelayMs: 2000 };

/** Trains, and says what came of it. Rejects when that could not be said: after the lease it is begun anew. */
export async function workOnTraining(
  work: TrainingWork,
  claimed: ClaimedTraining,
  abort: AbortController,
): Promise<void> {
  const { queue, wallClock, owner, leaseMs } = work;
  const state = { percent: 0, step: 'waiting for a thread' };
  const renewing = every({
    name: 'renew-training',
    periodMs: leaseMs / renewalsALease,
    logger: work.logger,
    async run() {
      const now = wallClock.now();
      if (!(await queue.renew(claimed.id, owner, { ...state, now, leaseMs }))) {
        abort.abort('cancelled');
      }
    },
  });
  try {
    const outcome = await outcomeOf(work, claimed, state, abort.signal);
    await retry(() => queue.settle(claimed.id, owner, outcome, wallClock.now()), settling);
    count(work.metrics, abort.signal.reason === 'cancelled' ? 'cancelled' : outcome.status);
  } finally {
    await renewing.stop();
  }
}

async function outcomeOf(
  work: TrainingWork,
  claimed: ClaimedTraining,
  state: { percent: number; step: string },
  signal: AbortSignal,
): Promise<TrainingOutcome> {
  if (claimed.attempts > maxAttempts) return failed(tooManyAttempts);
  const begun = work.wallClock.now();
  try {
    const incumbent = await incumbentOf(work, claimed);
    const onProgress = (percent: number, step: string) => Object.assign(state, { percent, step });
    const training = await work.trainer.train(claimed.request, { signal, onProgress, incumbent });
    const trainingSeconds = (work.wallClock.now() - begun) / 1000;
    work.metrics
      .histogram('slicecast_training_seconds', 'Time a training took', [], secondsBuckets)
      .observe(trainingSeconds);
    const made = madeOf(claimed, training, { trainingSeconds, createdAt: work.clock.now() });
    return { status: 'succeeded', made, ...verdictOf(claimed, made.model, training.comparisons) };
  } catch (error) {
    // Stopped: another process, or this one when it starts again, begins anew. A cancelled one is over already.
    if (signal.aborted) return { status: 'returned' };
    if (error instanceof TrainingRefused) return failed(error.message);
    work.logger.error({ err: error, jobId: claimed.id }, 'a training broke');
    return failed(`the training broke: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The model to be beaten; refuses a training whose model was removed meanwhile. */
async function incumbentOf(
  { models }: TrainingWork,
  { incumbent }: ClaimedTraining,
): Promise<TrainedModel | undefined> {
  if (incumbent === null) return undefined;
  const model = await models.load(incumbent);
  if (model !== undefined) return model;
  throw new TrainingRefused('cancelled', `the model to be beaten, ${incumbent}, is gone`);
}

function madeOf(
  claimed: ClaimedTraining,
  { trained, dataHash, modelHash }: Training,
  facts: { readonly trainingSeconds: number; readonly createdAt: number },
): StoredModel {
  const { tenantId, sliceId, flavorId } = claimed;
  const id = `model-${tenantId}-${sliceId}-${flavorId}-${modelHash.slice(0, 20)}`;
  const model = describeModel(claimed, trained, { id, dataHash, modelHash, ...facts });
  return { model, trained };
}

const secondsBuckets = [1, 2, 5, 10, 30, 60, 300];

const tooManyAttempts = `the process ended ${maxAttempts} times while it trained: its profile may need more memory than there is`;

function failed(detail: string): TrainingOutcome {
  return { status: 'failed', detail };
}

function count(metrics: Metrics, outcome: string): void {
  const help = 'Trainings that ended, by how';
  metrics.counter('slicecast_trainings_total', help, ['outcome']).inc({ outcome });
}
