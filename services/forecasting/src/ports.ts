import type { CreateModel, Job, Model, ModelPromotion } from '@slicecast/contracts';
import type { Comparison } from './domain/compare-models.ts';
import type { TrainedModel } from './domain/trained-model.ts';

/** Where a newest-first list goes on. */
export interface ListPosition {
  readonly createdAt: number;
  readonly id: string;
}

export interface ListPage {
  readonly sliceId?: number | undefined;
  readonly flavorId?: number | undefined;
  readonly before?: ListPosition | undefined;
  readonly limit: number;
}

/** Trained models, as people read them and as forecasts are made with them. */
export interface ModelStore {
  get(tenantId: string, id: string): Promise<Model | undefined>;
  /** Newest first. */
  list(tenantId: string, page: ListPage): Promise<Model[]>;
  /** What forecasts are made with; undefined when it was removed, or made by another version. */
  load(id: string): Promise<TrainedModel | undefined>;
  /** False when there is none. */
  remove(tenantId: string, id: string): Promise<boolean>;
}

/** A training that was asked for because of drift. */
export interface DriftTraining {
  readonly job: Job;
  /** The model to be beaten. */
  readonly incumbent: string | null;
  readonly modelId: string | null;
  readonly won: boolean;
}

/** Trainings as those see them who ask for them. */
export interface TrainingJobs {
  /** Resolves when durable; the same key of the same tenant gives the job made first. `full`: too many wait. */
  submit(
    request: CreateModel,
    options: {
      key: string | undefined;
      now: number;
      maxQueued: number;
      /** Asked for by the service itself: the model must beat the one in charge to be promoted. */
      drift?: { incumbent: string };
    },
  ): Promise<{ outcome: 'created' | 'repeated'; job: Job } | { outcome: 'full'; queued: number }>;
  get(tenantId: string, id: string): Promise<Job | undefined>;
  /** Newest first. */
  list(tenantId: string, page: ListPage): Promise<Job[]>;
  /** False when it is over already. */
  cancel(tenantId: string, id: string, now: number): Promise<boolean>;
}

/** Trainings that were asked for because of drift, as those see them who look at a slice. */
export interface DriftTrainings {
  /** Of a slice; undefined when there was none. */
  newest(slice: { tenantId: string; sliceId: number }): Promise<DriftTraining | undefined>;
}

/** A training that one process works on. */
export interface ClaimedTraining extends Pick<CreateModel, 'tenantId' | 'sliceId' | 'flavorId'> {
  readonly id: string;
  /** CreateModel as JSON: parsed where it is trained, not in the thread that forecasts. */
  readonly request: string;
  /** How often it was begun, this time included: more than once after a crash. */
  readonly attempts: number;
  /** The model to be beaten; null of a training that was requested. */
  readonly incumbent: string | null;
}

/** What a worker says at the end. `returned`: another one may begin anew. */
export type TrainingOutcome =
  | {
      readonly status: 'succeeded';
      readonly made: StoredModel;
      /** Of a model that beat the one in charge. */
      readonly promotion?: ModelPromotion;
      /** How it did against it, in words. */
      readonly detail?: string;
    }
  | { readonly status: 'failed'; readonly detail: string }
  | { readonly status: 'returned' };

/** Trainings as those see them who do them. */
export interface TrainingQueue {
  /** The oldest one that nobody works on; others leave it alone until the lease is over. */
  claim(owner: string, now: number, leaseMs: number): Promise<ClaimedTraining | undefined>;
  /** Records progress; false when the training is no longer the owner's: cancelled, or taken over. */
  renew(
    id: string,
    owner: string,
    state: { percent: number; step: string; now: number; leaseMs: number },
  ): Promise<boolean>;
  /** Ends the training, storing its model in the same transaction; nothing when it is no longer the owner's. */
  settle(id: string, owner: string, outcome: TrainingOutcome, now: number): Promise<void>;
}

/** What won and is not known outside yet. */
export interface Promotions {
  /** The oldest first. */
  waiting(limit: number): Promise<{ trainingId: string; promotion: ModelPromotion }[]>;
  /** After the log has it. */
  published(trainingId: string): Promise<void>;
}

export interface StoredModel {
  readonly model: Model;
  readonly trained: TrainedModel;
}

/** What may go, so that nothing grows for ever. */
export interface Surplus {
  /** Models beyond the newest `keep` of each flavor. */
  models(keep: number): Promise<Pick<Model, 'id' | 'tenantId' | 'sliceId'>[]>;
  /** Removes ended trainings beyond the newest `keep` of each tenant. */
  dropTrainings(keep: number): Promise<void>;
}

export interface Training {
  readonly trained: TrainedModel;
  /** SHA-256 of the profile. */
  readonly dataHash: string;
  /** SHA-256 of what was learned: the same request to the same version gives the same. */
  readonly modelHash: string;
  /** With the model in charge; empty where there is none to beat. */
  readonly comparisons: readonly Comparison[];
}

/** Trains outside of this thread. Rejects with TrainingRefused, or with what broke the thread. */
export interface Trainer {
  /** `request`: CreateModel as JSON. */
  train(
    request: string,
    options: {
      signal: AbortSignal;
      onProgress(percent: number, step: string): void;
      incumbent?: TrainedModel | undefined;
    },
  ): Promise<Training>;
  close(): Promise<void>;
}
