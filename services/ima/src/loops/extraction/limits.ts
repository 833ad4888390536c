/** Bounds of one extraction. */
export interface ExtractionLimits {
  /** Questions to the source at a time. */
  readonly concurrency: number;
  /** Samples in one answer. */
  readonly maxSamplesPerRequest: number;
  /** Series within the slice's selector. */
  readonly maxSeries: number;
  /** Series read at full step. */
  readonly maxCandidates: number;
  /** Of them, duplicates of others. */
  readonly maxDuplicates: number;
  /** Rows of a profile. */
  readonly maxRows: number;
  /** Candidates × rows: 8 bytes each, kept on disk. */
  readonly maxCells: number;
  /** Tries of one question, and the pauses between them. */
  readonly attempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/** Tuned so that 20,000 series over 10,000 s stay far below 1 GB resident. */
export const usualLimits: ExtractionLimits = {
  concurrency: 4,
  maxSamplesPerRequest: 150_000,
  maxSeries: 100_000,
  maxCandidates: 500,
  maxDuplicates: 100,
  maxRows: 1_000_000,
  maxCells: 50_000_000,
  attempts: 10,
  baseDelayMs: 500,
  maxDelayMs: 30_000,
};
