import type {
  Job,
  JobStatus,
  K,
  Model,
  Profile,
  SelectionReport,
  SliceDefinition,
  SliceState,
} from '@slicecast/contracts';
import type { Queryable } from '@slicecast/platform';
import type { ManagedBy } from './domain/slice-definition.ts';

/** Desired state of the slices, owned by this service's database and published by an outbox. */
export interface SliceStore {
  get(sliceId: number, tenantId?: string): Promise<SliceState | undefined>;
  list(tenantId?: string): Promise<SliceState[]>;
  /**
   * Present states by id, of these slices or of all, without those deleted. For who asks again and again: what has not
   * changed since is not sent again, and the same object comes back.
   */
  newest(sliceIds?: readonly number[]): Promise<ReadonlyMap<number, SliceState>>;
  /** Transactional: `change` gets the present state, returns the next one; version + 1, outbox row written; undefined: no change. */
  update(
    sliceId: number,
    change: (state: SliceState) => SliceState | undefined,
  ): Promise<SliceState>;
  /** Name of the slice's actuator in the operator's file. */
  actuatorOf(sliceId: number): Promise<string>;
}

/** A slice with the definition that it was made by. */
export interface DefinedSlice {
  readonly definition: SliceDefinition;
  readonly managedBy: ManagedBy;
  readonly state: SliceState;
}

/** A slice's next definition, and what else changes with it. */
export interface Redefinition {
  readonly definition: SliceDefinition;
  readonly state: SliceState;
}

/** How slices come and go. */
export interface DefinitionStore {
  find(sliceId: number): Promise<DefinedSlice | undefined>;
  page(tenantId: string, after: number, limit: number): Promise<DefinedSlice[]>;
  /** Inside the caller's transaction, who then says `published`; false when the id is taken, or was. */
  create(
    tx: Queryable,
    definition: SliceDefinition,
    managedBy: ManagedBy,
    now: number,
  ): Promise<boolean>;
  /** Transactional: `change` sees the present slice and returns or refuses the next; undefined: no change. */
  redefine(
    sliceId: number,
    change: (present: DefinedSlice) => Redefinition | undefined,
  ): Promise<DefinedSlice>;
}

/** What X and Y of a profiling job are made from. */
export type ProfileOrigin =
  | { readonly kind: 'y-file'; readonly k: K }
  | { readonly kind: 'range'; readonly k: K; readonly startMs: number; readonly endMs: number }
  /** Both files were handed in: nothing is extracted. */
  | { readonly kind: 'files' };

export type ProfileStep = 'requesting' | 'extracting' | 'submitting' | 'training' | 'done';

/** A flavor's way from measurements to a model; every step can be done again. */
export interface ProfileJob {
  readonly id: string;
  readonly tenantId: string;
  readonly sliceId: number;
  readonly flavorId: number;
  readonly status: JobStatus;
  readonly step: ProfileStep;
  readonly progressPercent: number;
  readonly detail: string | null;
  readonly kpiName: string;
  readonly origin: ProfileOrigin;
  readonly urlToAnswer: string | null;
  readonly imaJob: string | null;
  readonly trainingJob: string | null;
  readonly modelId: string | null;
  readonly attempts: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What came of an extraction. */
export interface ReceivedProfile {
  readonly profile: Profile;
  /** Absent where the files of an MLO-V2 peer say nothing of it. */
  readonly selection: SelectionReport | null;
}

export interface NewProfileJob {
  readonly tenantId: string;
  readonly sliceId: number;
  readonly flavorId: number;
  readonly kpiName: string;
  readonly origin: ProfileOrigin;
  readonly yCsv: string | null;
  readonly urlToAnswer: string | null;
  readonly received?: ReceivedProfile | undefined;
}

/** What a step changes in its job; what is left out stays. */
export interface ProfileJobChange {
  readonly step?: ProfileStep;
  readonly progressPercent?: number;
  readonly detail?: string | null;
  readonly imaJob?: string;
  readonly trainingJob?: string;
  readonly attempts?: number;
  readonly nextAt?: number;
}

/** Profiling jobs as they are asked for and followed. */
export interface ProfileJobs {
  /** Inside the caller's transaction. `active`: the flavor has one already. */
  create(
    tx: Queryable,
    job: NewProfileJob,
    now: number,
  ): Promise<
    | { readonly outcome: 'created'; readonly job: ProfileJob }
    | { readonly outcome: 'active'; readonly jobId: string }
  >;
  get(id: string): Promise<ProfileJob | undefined>;
  /** Newest first. */
  list(
    tenantId: string,
    page: {
      sliceId?: number | undefined;
      before?: { createdAt: number; id: string } | undefined;
      limit: number;
    },
  ): Promise<ProfileJob[]>;
  /** The longest due first. */
  due(now: number, limit: number): Promise<ProfileJob[]>;
}

/** How a job moves on. None of these does anything to a job that is over. */
export interface ProfileJobSteps {
  /** Does nothing when the job has left the step that it is handed in with: a callback may have moved it on. */
  change(
    job: Pick<ProfileJob, 'id' | 'step'>,
    change: ProfileJobChange,
    now: number,
  ): Promise<void>;
  /** Keeps what was extracted and moves the job on; false when it was there before, or the job is over. */
  receive(id: string, received: ReceivedProfile, now: number): Promise<boolean>;
  /** Inside the caller's transaction; false when the job is over already. */
  end(
    tx: Queryable,
    id: string,
    end: { status: JobStatus; detail: string | null; modelId: string | null; now: number },
  ): Promise<boolean>;
}

/** A profile with the job that it came of. */
export interface KeptProfile {
  readonly job: ProfileJob;
  readonly received: ReceivedProfile;
}

/** The measurements of a flavor, bounded to those of its newest jobs. */
export interface ProfileData {
  /** A job's Y file, of epoch seconds. */
  yCsv(jobId: string): Promise<string | null>;
  /** Of the newest job of the flavor that had a Y file. */
  newestY(sliceId: number, flavorId: number): Promise<{ kpiName: string; csv: string } | undefined>;
  received(jobId: string): Promise<ReceivedProfile | undefined>;
  /** The newest of the flavor that was extracted, whatever came of it. */
  newestProfile(sliceId: number, flavorId: number): Promise<KeptProfile | undefined>;
}

/** IMA, over HTTP. Every call may be repeated: the job's id is its idempotency key. */
export interface Extraction {
  /** Resolves to the id of IMA's job. */
  begin(
    job: ProfileJob,
    y: { readonly csv: string | null; readonly kpiQuery: string | undefined },
    signal: AbortSignal,
  ): Promise<string>;
  follow(tenantId: string, imaJob: string, signal: AbortSignal): Promise<Job>;
  cancel(tenantId: string, imaJob: string): Promise<void>;
}

/** forecasting, over HTTP. */
export interface Training {
  begin(job: ProfileJob, slice: SliceState, profile: Profile, signal: AbortSignal): Promise<string>;
  follow(tenantId: string, trainingJob: string, signal: AbortSignal): Promise<Job>;
  model(tenantId: string, modelId: string, signal: AbortSignal): Promise<Model>;
  cancel(tenantId: string, trainingJob: string): Promise<void>;
}
