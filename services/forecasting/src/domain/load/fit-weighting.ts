import { median, pearson, sortedQuantile, weightedRidge } from '@slicecast/stats';
import { groupValues, type Line, type LoadGroup, type LoadWeighting } from './load-weighting.ts';
import { type Design, fitSingleIndex, weighted } from './single-index.ts';

/** Columns that correlate so much count one load, and differ by noise. */
const sameLoad = 0.95;
/** Rows a group, at the least: fewer and the weights follow noise. */
const rowsPerGroup = 30;
/** More rows tell the weights no better. */
const mostRows = 4000;
/** A group with a smaller share of the largest weight tells nothing, and the load does without it. */
const leastShare = 0.05;

/**
 * What each group of columns that run alike weighs for the KPI (on its scale), drawn towards equal weights of all
 * columns. `scaled` holds one array a column, NaN where missing. Null where all that tell anything run alike, or too few
 * rows are whole. O(rows · groups²).
 */
export function fitWeighting(
  scaled: readonly Float64Array[],
  kpi: Float64Array,
): LoadWeighting | null {
  const all = groupColumns(scaled);
  const first = weightsOf(all, scaled, kpi);
  if (first === null) return null;
  const most = Math.max(...first.map(Math.abs));
  const groups = all.filter((_, k) => Math.abs(first[k] ?? 0) >= leastShare * most);
  const weights = groups.length === all.length ? first : weightsOf(groups, scaled, kpi);
  return weights === null ? null : weightingOf(groups, weights, scaled);
}

/** Each column joins the first group to whose first column it runs alike. */
function groupColumns(scaled: readonly Float64Array[]): LoadGroup[] {
  const groups: number[][] = [];
  scaled.forEach((column, index) => {
    const own = groups.find(([leader = 0]) => runAlike(scaled[leader] ?? column, column));
    if (own === undefined) groups.push([index]);
    else own.push(index);
  });
  return groups.map((columns) => ({ columns }));
}

function runAlike(a: Float64Array, b: Float64Array): boolean {
  return pearson(a, b) >= sameLoad;
}

/** Null with one group or too few rows. */
function weightsOf(
  groups: readonly LoadGroup[],
  scaled: readonly Float64Array[],
  kpi: Float64Array,
): readonly number[] | null {
  if (groups.length < 2) return null;
  const design = designOf(groups, scaled, kpi);
  if (design.y.length < rowsPerGroup * design.p) return null;
  const columns = groups.reduce((sum, group) => sum + group.columns.length, 0);
  return fitSingleIndex(
    design,
    groups.map((group) => group.columns.length / columns),
  );
}

/** The rows in which every group and y are there. */
function designOf(
  groups: readonly LoadGroup[],
  scaled: readonly Float64Array[],
  y: Float64Array,
): Design {
  const thin = Math.max(1, Math.ceil(y.length / mostRows));
  const x: number[] = [];
  const kept: number[] = [];
  for (let i = 0; i < y.length; i += thin) {
    const values = groupValues(groups, rowAt(scaled, i));
    const target = y[i] ?? Number.NaN;
    if (!Number.isFinite(target) || !values.every(Number.isFinite)) continue;
    x.push(1, ...values);
    kept.push(target);
  }
  return { x: Float64Array.from(x), y: Float64Array.from(kept), p: groups.length + 1 };
}

function rowAt(scaled: readonly Float64Array[], index: number): number[] {
  return scaled.map((column) => column[index] ?? Number.NaN);
}

/** On a scale like a column's: 0 in the middle, and 1 half of the way between its outer twentieths. */
function weightingOf(
  groups: readonly LoadGroup[],
  weights: readonly number[],
  scaled: readonly Float64Array[],
): LoadWeighting | null {
  const medians = medianLoads(scaled);
  const { x, y, p } = designOf(groups, scaled, medians);
  const sums = weighted({ x, y, p }, weights);
  const sorted = sums.slice().sort();
  const spread = (sortedQuantile(sorted, 0.95) - sortedQuantile(sorted, 0.05)) / 2;
  const centre = sortedQuantile(sorted, 0.5);
  if (!(spread > 0)) return null;
  const load = sums.map((sum) => (sum - centre) / spread);
  const [offset = 0, slope = 0] = leastSquares([y], load);
  const values = groups.map((_, k) => load.map((_, i) => x[i * p + k + 1] ?? 0));
  return {
    groups,
    all: { offset: -centre / spread, weights: weights.map((weight) => weight / spread) },
    without: groups.map((_, dead) => lineWithout(values, dead, load)),
    ofMedian: { offset, slope },
  };
}

function medianLoads(scaled: readonly Float64Array[]): Float64Array {
  const rows = scaled[0]?.length ?? 0;
  return Float64Array.from({ length: rows }, (_, i) => median(rowAt(scaled, i)));
}

/** The load as the other groups tell it. */
function lineWithout(values: readonly Float64Array[], dead: number, load: Float64Array): Line {
  const others = values.filter((_, k) => k !== dead);
  const [offset = 0, ...weights] = leastSquares(others, load);
  return {
    offset,
    weights: values.map((_, k) => (k === dead ? 0 : (weights.splice(0, 1)[0] ?? 0))),
  };
}

/** Too little to bend a line, enough for two columns that are all but the same. */
const ridge = 1e-3;

/** The intercept and a coefficient a column. */
function leastSquares(columns: readonly Float64Array[], y: Float64Array): number[] {
  const p = columns.length + 1;
  const x = new Float64Array(y.length * p).fill(1);
  columns.forEach((column, j) => {
    column.forEach((value, i) => {
      x[i * p + j + 1] = value;
    });
  });
  return [...weightedRidge(x, y, new Float64Array(y.length).fill(1), p, ridge * y.length)];
}
