import { median, sortedQuantile } from '@slicecast/stats';

/** How one feature enters the load signal: robustly scaled, turned so that more means more load. */
export interface LoadColumn {
  readonly featureId: string;
  readonly centre: number;
  readonly spread: number;
  readonly sign: 1 | -1;
}

/**
 * One signal for the load, the median of the scaled columns. It needs no particular column, so it can be
 * seen under another flavor and outlives a dead exporter.
 */
export interface LoadSignal {
  readonly columns: readonly LoadColumn[];
}

/** Beyond so many spreads a value says no more about the load, and an outlier must not carry the median. */
const clipSpreads = 4;

/** From training columns (NaN = missing). The first column that varies gives the sign of all. */
export function fitLoadSignal(
  featureIds: readonly string[],
  columns: readonly Float64Array[],
  kpi: Float64Array,
): LoadSignal {
  const fitted: LoadColumn[] = [];
  columns.forEach((column, index) => {
    const sorted = column.filter(Number.isFinite).sort();
    const spread = sortedQuantile(sorted, 0.95) - sortedQuantile(sorted, 0.05);
    const featureId = featureIds[index];
    if (featureId === undefined || !(spread > 0)) return;
    const sign = covariance(column, kpi) < 0 ? -1 : 1;
    fitted.push({ featureId, centre: sortedQuantile(sorted, 0.5), spread: spread / 2, sign });
  });
  return { columns: fitted };
}

/** The load at one tick from the values by feature id; NaN when none is usable. */
export function loadOf(signal: LoadSignal, valueFor: (featureId: string) => number): number {
  const scaled: number[] = [];
  for (const { featureId, centre, spread, sign } of signal.columns) {
    const value = valueFor(featureId);
    if (!Number.isFinite(value)) continue;
    const load = (sign * (value - centre)) / spread;
    scaled.push(Math.max(-clipSpreads, Math.min(clipSpreads, load)));
  }
  return scaled.length === 0 ? Number.NaN : median(scaled);
}

/** Covariance over the rows where both are there: only its sign is asked for. */
function covariance(a: Float64Array, b: Float64Array): number {
  let n = 0;
  let sumA = 0;
  let sumB = 0;
  let sumAB = 0;
  for (let i = 0; i < a.length; i += 1) {
    const x = a[i] ?? Number.NaN;
    const y = b[i] ?? Number.NaN;
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    n += 1;
    sumA += x;
    sumB += y;
    sumAB += x * y;
  }
  return n === 0 ? 0 : sumAB / n - (sumA / n) * (sumB / n);
}
