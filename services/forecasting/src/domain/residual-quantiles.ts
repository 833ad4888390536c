import { sortedQuantile } from '@slicecast/stats';

/**
 * How forecasts turned out, on the KPI's scale: quantiles of actual − forecast on an even grid of
 * probabilities, apart for each level of the forecast, because errors under high load are others than under low.
 */
export interface ResidualQuantiles {
  /** Forecasts up to edges[0] are level 0, up to edges[1] level 1, and so on. */
  readonly edges: readonly number[];
  /** One ascending grid a level, `gridCells` long. */
  readonly grids: readonly (readonly number[])[];
}

const levels = 3;
const gridCells = 201;
/** A level with fewer residuals than this takes those of all levels. */
const fewest = 60;

/** From out-of-fold forecasts and what came; pairs with NaN are left out. */
export function fitResidualQuantiles(
  forecasts: Float64Array,
  actuals: Float64Array,
): ResidualQuantiles {
  const pairs: { forecast: number; residual: number }[] = [];
  forecasts.forEach((forecast, i) => {
    const residual = (actuals[i] ?? Number.NaN) - forecast;
    if (Number.isFinite(residual)) pairs.push({ forecast, residual });
  });
  const sorted = Float64Array.from(pairs, ({ forecast }) => forecast).sort();
  const edges = Array.from({ length: levels - 1 }, (_, k) =>
    sortedQuantile(sorted, (k + 1) / levels),
  );
  const all = Float64Array.from(pairs, ({ residual }) => residual).sort();
  const grids = Array.from({ length: levels }, (_, level) => {
    const own = pairs.filter(({ forecast }) => levelOf(edges, forecast) === level);
    const residuals =
      own.length < fewest ? all : Float64Array.from(own, ({ residual }) => residual).sort();
    return Array.from({ length: gridCells }, (_, cell) =>
      sortedQuantile(residuals, cell / (gridCells - 1)),
    );
  });
  return { edges, grids };
}

export function levelOf(edges: readonly number[], forecast: number): number {
  const level = edges.findIndex((edge) => forecast <= edge);
  return level < 0 ? edges.length : level;
}

export function residualAt(residuals: ResidualQuantiles, level: number, p: number): number {
  return sortedQuantile(residuals.grids[level] ?? [0], p);
}

/** P(residual ≤ value), by linear interpolation on the grid; within [0, 1]. */
export function probabilityBelow(
  residuals: ResidualQuantiles,
  level: number,
  value: number,
): number {
  const grid = residuals.grids[level] ?? [0];
  const last = grid.length - 1;
  if (value < (grid[0] ?? 0)) return 0;
  if (value >= (grid[last] ?? 0)) return 1;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((grid[middle] ?? 0) <= value) low = middle;
    else high = middle;
  }
  const from = grid[low] ?? 0;
  const to = grid[high] ?? from;
  const within = to > from ? (value - from) / (to - from) : 0;
  return (low + within) / last;
}
