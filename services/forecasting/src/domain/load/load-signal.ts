import { median, sortedQuantile } from '@slicecast/stats';
import { type LoadWeighting, weigh } from './load-weighting.ts';

/** How one feature enters the load signal: robustly scaled, turned so that more means more load. */
export interface LoadColumn {
  readonly featureId: string;
  readonly centre: number;
  readonly spread: number;
  readonly sign: 1 | -1;
}

/**
 * One signal for the load, the median of the scaled columns. It needs no particular column, so it can be
 * seen under another flavor and outlives a dead exporter. Where the columns count different loads, and
 * what each costs was proven to tell more, their groups are weighed.
 */
export interface LoadSignal {
  readonly columns: readonly LoadColumn[];
  /** Absent where the median is all there is to know, and in a model of before loads were weighed. */
  readonly weighting?: LoadWeighting;
}

/** Beyond so many spreads a value says no more about the load, and an outlier must not carry the median. */
const clipSpreads = 4;

/** The median signal from training columns (NaN = missing). Its covariance with the KPI gives a column its sign. */
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

/** The load at one tick, NaN when no column is usable. */
export interface Loads {
  /** As forecasts go by it. */
  readonly load: number;
  /** How much load there is, whatever it is made of: the median alone. */
  readonly plain: number;
}

/** From the values by feature id, NaN where missing. */
export function loadsOf(signal: LoadSignal, valueFor: (featureId: string) => number): Loads {
  const scaled = scaledBy(signal, valueFor);
  const plain = median(scaled);
  const { weighting } = signal;
  return { plain, load: weighting === undefined ? plain : weigh(weighting, scaled) };
}

export function loadOf(signal: LoadSignal, valueFor: (featureId: string) => number): number {
  return loadsOf(signal, valueFor).load;
}

export function plainLoadOf(signal: LoadSignal, valueFor: (featureId: string) => number): number {
  return loadsOf(signal, valueFor).plain;
}

/** The load at which every column is 0, however far from what was seen. */
export function idleLoad({ columns, weighting }: LoadSignal): number {
  const scaled = columns.map(({ sign, centre, spread }) => (-sign * centre) / spread);
  return weighting === undefined ? median(scaled) : weigh(weighting, scaled);
}

/** Places of the columns that the load is taken from, by the groups that are weighed; all of one where none are. */
export function columnGroups({ columns, weighting }: LoadSignal): readonly (readonly number[])[] {
  return weighting?.groups.map((group) => group.columns) ?? [[...columns.keys()]];
}

/** One value a column, clipped, NaN where missing. */
export function scaledBy(
  { columns }: LoadSignal,
  valueFor: (featureId: string) => number,
): number[] {
  return columns.map(({ featureId, centre, spread, sign }) => {
    const value = valueFor(featureId);
    if (!Number.isFinite(value)) return Number.NaN;
    const load = (sign * (value - centre)) / spread;
    return Math.max(-clipSpreads, Math.min(clipSpreads, load));
  });
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
