import type { TimeOrder } from './time-order.ts';

/** What was found and put right in a Y file. */
export interface YReport {
  /** Rows kept. */
  readonly rows: number;
  readonly duplicatesRemoved: number;
  readonly outOfOrder: number;
  /** Median distance of two rows, ms. */
  readonly stepMs: number;
  /** Distances above one and a half steps. */
  readonly gaps: number;
  readonly longestGapMs: number;
}

export function reportOn(at: Float64Array, order: TimeOrder): YReport {
  const distances = at.subarray(1).map((instant, index) => instant - (at[index] ?? instant));
  const sorted = Float64Array.from(distances).sort();
  const stepMs = sorted[sorted.length >>> 1] ?? 0;
  return {
    rows: at.length,
    duplicatesRemoved: order.duplicatesRemoved,
    outOfOrder: order.outOfOrder,
    stepMs,
    gaps: distances.filter((distance) => distance > 1.5 * stepMs).length,
    longestGapMs: sorted.at(-1) ?? 0,
  };
}
