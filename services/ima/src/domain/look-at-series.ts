import type { Transform } from '@slicecast/contracts';
import type { CoarseGrid } from './coarse-grid.ts';
import { coarseRate, isCounter } from './counter.ts';
import { fingerprint } from './fingerprint.ts';
import { rankCorrelation } from './rank-correlation.ts';

/** What the first pass finds out about one series. */
export type CoarseLook =
  | { readonly verdict: 'dead' | 'constant'; readonly detail: string }
  | {
      readonly verdict: 'usable';
      readonly transform: Transform;
      /** |Spearman's ρ| with the KPI on the coarse grid. */
      readonly score: number;
      readonly fingerprint: string;
    };

/** A series present in fewer of the instants cannot carry a model. */
const leastPresentShare = 0.5;
/** Silent in this last part of the range, it is dead by now. */
const lastShare = 0.1;
/** Rates of clocks and uptimes move by less. */
const leastRelativeSpread = 1e-6;

/** Judges a series by its values on the coarse grid (NaN where it has none) beside the KPI's. Cost: O(n log n). */
export function lookAtSeries(
  name: string,
  values: Float64Array,
  kpi: Float64Array,
  grid: CoarseGrid,
): CoarseLook {
  const present = values.filter(Number.isFinite).length;
  if (present < leastPresentShare * grid.points) {
    const detail = `has values at ${present} of ${grid.points} instants`;
    return { verdict: 'dead', detail };
  }
  const last = values.subarray(-Math.max(1, Math.ceil(lastShare * grid.points)));
  if (!last.some(Number.isFinite)) {
    return { verdict: 'dead', detail: `has no value in the last ${last.length} instants` };
  }
  const counts = isCounter(name, values);
  const moved = counts ? coarseRate(values, grid.stepMs) : values;
  const [lowest, highest] = bounds(moved);
  const size = Math.max(Math.abs(lowest), Math.abs(highest));
  if (!(highest - lowest > leastRelativeSpread * size)) {
    return { verdict: 'constant', detail: describe(counts, lowest) };
  }
  return {
    verdict: 'usable',
    transform: counts ? 'rate' : 'raw',
    score: Math.abs(rankCorrelation(moved, kpi)),
    fingerprint: fingerprint(moved, lowest, highest),
  };
}

function describe(counts: boolean, value: number): string {
  if (!counts) return `is ${value} throughout`;
  return value === 0 ? 'never counts' : `counts at ${value} a second throughout`;
}

function bounds(values: Float64Array): [number, number] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return [lowest, highest];
}
