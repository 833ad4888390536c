import { sortedQuantile } from '@slicecast/stats';

/** The KPI that is usual at a load, on the KPI's scale: a broken line that never turns. Plain JSON. */
export interface Response {
  /** Ascending, at least two. */
  readonly loads: readonly number[];
  readonly kpis: readonly number[];
}

/** Cells with about so many of equal count are one point of the line. */
const groups = 16;
/** With fewer cells a group its median follows noise. */
const cellsPerGroup = 10;

/** From pairs of load and KPI; null when they are too few, or when no two points differ in load. */
export function fitResponse(load: Float64Array, kpi: Float64Array): Response | null {
  const order = Array.from(load.keys())
    .filter((i) => Number.isFinite(load[i]) && Number.isFinite(kpi[i]))
    .sort((a, b) => (load[a] ?? 0) - (load[b] ?? 0));
  if (order.length < groups * cellsPerGroup) return null;
  const points = Array.from({ length: groups }, (_, k) => {
    const cells = order.slice(
      Math.floor((k * order.length) / groups),
      Math.floor(((k + 1) * order.length) / groups),
    );
    return { load: middleOf(load, cells), kpi: middleOf(kpi, cells), weight: cells.length };
  });
  const rises = (points.at(-1)?.kpi ?? 0) >= (points[0]?.kpi ?? 0);
  const kpis = monotone(points, rises ? 1 : -1);
  const kept = points.flatMap((point, k) =>
    k > 0 && point.load <= (points[k - 1]?.load ?? 0) ? [] : [k],
  );
  if (kept.length < 2) return null;
  return {
    loads: kept.map((k) => points[k]?.load ?? 0),
    kpis: kept.map((k) => kpis[k] ?? 0),
  };
}

/** The line at a load, and its slope there; the outer pieces go on beyond the ends. O(points). */
export function respond(
  { loads, kpis }: Response,
  load: number,
): { readonly kpi: number; readonly slope: number } {
  const last = loads.length - 1;
  const above = loads.findIndex((each) => each > load);
  const to = above < 0 ? last : Math.max(1, above);
  const [x0, x1] = [loads[to - 1] ?? 0, loads[to] ?? 0];
  const [y0, y1] = [kpis[to - 1] ?? 0, kpis[to] ?? 0];
  const slope = (y1 - y0) / (x1 - x0);
  return { kpi: y0 + slope * (load - x0), slope };
}

function middleOf(values: Float64Array, cells: readonly number[]): number {
  return sortedQuantile(Float64Array.from(cells, (i) => values[i] ?? Number.NaN).sort(), 0.5);
}

/** Isotonic regression by pooling adjacent violators (Ayer et al., 1955), rising for `sign` 1, falling for −1. */
function monotone(
  points: readonly { readonly kpi: number; readonly weight: number }[],
  sign: 1 | -1,
): number[] {
  const pools: { mean: number; weight: number; count: number }[] = [];
  for (const { kpi, weight } of points) {
    let pool = { mean: sign * kpi, weight, count: 1 };
    let before = pools.at(-1);
    while (before !== undefined && before.mean > pool.mean) {
      const total = before.weight + pool.weight;
      pool = {
        mean: (before.mean * before.weight + pool.mean * pool.weight) / total,
        weight: total,
        count: before.count + pool.count,
      };
      pools.pop();
      before = pools.at(-1);
    }
    pools.push(pool);
  }
  return pools.flatMap(({ mean, count }) => Array.from({ length: count }, () => sign * mean));
}
