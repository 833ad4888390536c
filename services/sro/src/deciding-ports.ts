import type {
  Change,
  ChangeOrigin,
  Flavor,
  FlavorId,
  SliceDecision,
  SliceState,
} from '@slicecast/contracts';
import type { ChangeHistory } from './domain/history-at.ts';
import type { RecordSpan, SliceRecord } from './domain/record/slice-record.ts';

/** Brings a slice to a flavor. Applying the same flavor again is safe: a change cut short is begun anew. */
export interface Actuator {
  /**
   * Resolves when the flavor `to` is applied on the whole slice; rejects with an AppError that names what
   * failed. After a rejection it is not known what is applied where. An abort ends what is running first.
   */
  apply(change: {
    /** Names this application; the same one is asked for under no other. */
    readonly key: string;
    readonly slice: SliceState;
    readonly from: Flavor;
    readonly to: Flavor;
    readonly signal: AbortSignal;
  }): Promise<void>;
}

/** Actuators by the name that the operator's file gives them. */
export type Actuators = ReadonlyMap<string, Actuator>;

/** What becomes of a request for a change. */
export type Requested =
  | { readonly outcome: 'created' | 'repeated'; readonly change: Change }
  /** Another change of the slice is not settled yet. */
  | { readonly outcome: 'in-progress'; readonly change: Change };

export type Settlement =
  | {
      readonly status: 'applied';
      readonly at: number;
      readonly durationMs: number | null;
      /** Event time by which its verification ends, whatever is seen. */
      readonly verifyBy: number;
    }
  | {
      readonly status: 'failed';
      readonly at: number;
      readonly durationMs: number | null;
      readonly error: { readonly code: string; readonly detail: string };
    };

export interface ClaimOptions {
  readonly owner: string;
  readonly leaseMs: number;
  readonly limit: number;
  /** Ids that this owner is carrying out already. */
  readonly except: readonly string[];
}

/** Changes of flavors as durable operations, one at a time a slice. */
export interface ChangeStore {
  /**
   * Resolves when change and decision are durable. The decision's id makes a repetition harmless. The
   * change before it is not verified any more; that of which a revert is the way back, until it has ended.
   */
  request(decision: SliceDecision, origin: ChangeOrigin): Promise<Requested>;
  /**
   * As the database has them now: changes that are open or in force, or were requested or settled since then, and what
   * reverts still count.
   */
  history(sliceId: number, sinceMs: number): Promise<ChangeHistory>;
  /** The same of several slices at once, by their ids. */
  histories(
    asked: readonly { readonly sliceId: number; readonly sinceMs: number }[],
  ): Promise<ReadonlyMap<number, ChangeHistory>>;
  /**
   * Takes over changes to carry out: requested ones, those this owner left behind when it was cut, and
   * those of an owner that has not been heard of for `leaseMs`. Their attempts count one more.
   */
  claim(options: ClaimOptions): Promise<Change[]>;
  /** Resolves when the end of the change is durable; does nothing on one that has ended. */
  settle(id: string, settlement: Settlement): Promise<void>;
}

/** What a tick's decision leaves in the database. */
export interface Outcome {
  readonly decision: SliceDecision;
  /** Who asks for a change, if one is asked for; a revert goes by `ChangeStore.request`. */
  readonly change: ChangeOrigin | null;
  /** Its outcome or its reason is another one than that of the tick before. */
  readonly news: boolean;
  /** Of the slice's changes, as it was decided by; null: whatever they are now. */
  readonly historyVersion: number | null;
}

export interface OutcomeStore {
  /**
   * Resolves when the verifications are advanced and changes and news are durable, all or none, to the ids of the
   * changes that were created. One is not where it is there already, where another change of the slice is open, and
   * where the slice's changes are not those that it was decided by any more.
   */
  keep(outcomes: readonly Outcome[]): Promise<ReadonlySet<string>>;
}

/** Verifications that no decision ends. */
export interface VerificationStore {
  /** Ends what should have ended before `now`, as no tick came to end it; resolves to how many. */
  expire(now: number): Promise<number>;
}

/** Changes as people read them. */
export interface ChangeReader {
  get(id: string): Promise<Change | undefined>;
  /** Newest first. */
  list(sliceId: number, page: { before?: Position | undefined; limit: number }): Promise<Change[]>;
}

/** Where a page of a newest-first list ends. */
export interface Position {
  readonly at: number;
  readonly id: string;
}

export interface DecisionFilter {
  readonly action?: SliceDecision['action'] | undefined;
  readonly reason?: SliceDecision['reason'] | undefined;
  /** Epoch ms: from <= at < to. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly before?: Position | undefined;
  readonly limit: number;
}

/** Decisions that changed the outcome or the reason; every tick's decision is in the log. */
export interface DecisionStore {
  /** Resolves when durable; the same id is stored once. */
  record(decision: SliceDecision): Promise<void>;
  get(id: string): Promise<SliceDecision | undefined>;
  /** Newest first. */
  list(sliceId: number, filter: DecisionFilter): Promise<SliceDecision[]>;
  /** Forgets decisions and settled changes older than that. */
  forget(olderThanMs: number): Promise<number>;
}

/** Tells IMA which flavor is in force, beside `slice-states`. */
export type AnnounceFlavor = (
  slice: SliceState,
  flavorId: FlavorId,
  signal: AbortSignal,
) => Promise<void>;

/** The decisions in the log: the record, and where a restarted owner finds its state. */
export interface DecisionLog {
  /** Resolves when all are durable, in this order. */
  append(decisions: readonly SliceDecision[]): Promise<void>;
  /** Of each slice the newest decision that carries a state and is about an instant from then on, if there is one. */
  newest(sliceIds: readonly number[], fromMs: number): Promise<ReadonlyMap<number, SliceDecision>>;
  find(sliceId: number, at: number, id: string): Promise<SliceDecision | undefined>;
}

/** A slice's forecasts and decisions in the log, laid side by side. */
export interface RecordLog {
  /**
   * Resolves with what the log has of the span, which the caller bounds, without the deciders' states. Where
   * the log has no state of the slice, its present one stands for it.
   */
  read(present: SliceState, span: Pick<RecordSpan, 'fromMs' | 'toMs'>): Promise<SliceRecord>;
}
