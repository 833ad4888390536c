/** Rows to learn from: the candidates at an origin, the KPI one horizon later. */
export interface PairedRows {
  /** Row of each pair's origin on the task's clock, ascending. */
  readonly origins: Int32Array;
  /** The KPI one horizon after the origin, in its unit. */
  readonly target: Float64Array;
  /** The horizon, in pairs. */
  readonly horizonPairs: number;
}

/** More pairs than this only cost time: what ranks the candidates changes slowly beside them. */
const maxPairs = 8000;

/**
 * Pairs each row with the KPI at the instant one horizon later (the nearest row within half a step);
 * rows without it are left out, and long series thinned out evenly. O(rows).
 */
export function pairRows(task: {
  readonly clock: Float64Array;
  readonly kpi: Float64Array;
  readonly horizonMs: number;
  readonly stepMs: number;
}): PairedRows {
  const { clock, kpi, horizonMs, stepMs } = task;
  const origins: number[] = [];
  const target: number[] = [];
  const thinning = Math.max(1, Math.ceil(clock.length / maxPairs));
  let later = 0;
  for (let row = 0; row < clock.length; row += thinning) {
    const wanted = (clock[row] ?? 0) + horizonMs;
    while ((clock[later] ?? Number.POSITIVE_INFINITY) < wanted - stepMs / 2) later += 1;
    const value = kpi[later] ?? Number.NaN;
    if (!Number.isFinite(value) || (clock[later] ?? 0) > wanted + stepMs / 2) continue;
    origins.push(row);
    target.push(value);
  }
  return {
    origins: Int32Array.from(origins),
    target: Float64Array.from(target),
    horizonPairs: Math.ceil(horizonMs / stepMs / thinning),
  };
}
