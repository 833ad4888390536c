/** What became of one attempt to write. */
export type WriteOutcome =
  | { readonly status: 'written' }
  | {
      /** Never to be taken as it is. Lines beside the refused ones may be in; writing them again changes nothing. */
      readonly status: 'refused';
      readonly reason: 'refused' | 'too-large' | 'beyond-retention';
      readonly detail: string;
      /** How many lines were refused, where the server says so. */
      readonly lines?: number | undefined;
    }
  | {
      /** To come again: down, slow, overloaded, not authorised, no such bucket yet. */
      readonly status: 'unavailable';
      readonly detail: string;
      /** What the server asked for. */
      readonly retryAfterMs?: number | undefined;
    };

/** A time series database that takes line protocol with timestamps in ms. */
export interface PointStore {
  /**
   * Lines in UTF-8, each ended by a line feed. One attempt, never repeated here; resolves when the server has
   * acknowledged it, or with why not.
   */
  write(bucket: string, lines: Buffer): Promise<WriteOutcome>;
  /** Resolves when the bucket is there. Rejects with AppError `influx-…`. */
  ensureBucket(bucket: string): Promise<void>;
  /** Undefined when the server answers, else why not. */
  trouble(): Promise<string | undefined>;
  close(): void;
}
