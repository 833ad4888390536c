import type { CreateModel, Job, JobStatus, Model } from '@slicecast/contracts';
import type { TrainingHooks, TrainingInput } from './domain/train.ts';
import type { TrainedModel } from './domain/trained-model.ts';

/** A position in a newest-first list. */
export interface ModelPage {
  readonly sliceId?: number | undefined;
  readonly flavorId?: number | undefined;
  readonly before?: { readonly createdAt: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** Trained models, as people read them and as forecasts are made with them. */
export interface ModelStore {
  get(tenantId: string, id: string): Promise<Model | undefined>;
  /** Newest first. */
  list(tenantId: string, page: ModelPage): Promise<Model[]>;
  /** What forecasts are made with; undefined when it was removed. */
  load(id: string): Promise<TrainedModel | undefined>;
  /** False when there is none. */
  remove(tenantId: string, id: string): Promise<boolean>;
}

/** A training that this process works on. */
export interface ClaimedTraining {
  readonly id: string;
  readonly request: CreateModel;
}

/** Trainings as durable jobs. */
export interface TrainingStore {
  /** Resolves when durable; the same key of the same tenant gives the job made first. `full`: too many wait. */
  submit(
    request: CreateModel,
    options: { key: string | undefined; now: number; maxQueued: number },
  ): Promise<{ outcome: 'created' | 'repeated'; job: Job } | { outcome: 'full'; queued: number }>;
  get(tenantId: string, id: string): Promise<Job | undefined>;
  list(tenantId: string, options: { sliceId?: number | undefined; limit: number }): Promise<Job[]>;
  /** The oldest job that nobody works on; others leave it alone until the lease is over. */
  claim(owner: string, now: number, leaseMs: number): Promise<ClaimedTraining | undefined>;
  /** Renews the lease; false when the job is no longer the owner's: cancelled, or taken over. */
  progress(
    id: string,
    owner: string,
    state: { percent: number; step: string; now: number; leaseMs: number },
  ): Promise<boolean>;
  /** Stores the model and ends the job, in one transaction. */
  succeed(id: string, owner: string, trained: Trained, now: number): Promise<void>;
  end(
    id: string,
    status: Extract<JobStatus, 'failed' | 'cancelled'>,
    detail: string,
    now: number,
  ): Promise<boolean>;
}

export interface Trained {
  readonly model: Model;
  readonly trained: TrainedModel;
}

/** Trains outside of this thread. Rejects with TrainingRefused, or with what broke the thread. */
export interface Trainer {
  train(
    input: TrainingInput,
    options: { signal: AbortSignal; onProgress: TrainingHooks['progress'] },
  ): Promise<TrainedModel>;
  close(): Promise<void>;
}
