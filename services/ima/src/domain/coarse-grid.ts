/** Instants at which every series is looked at in the first pass: startMs, startMs + stepMs, … */
export interface CoarseGrid {
  readonly startMs: number;
  readonly stepMs: number;
  readonly points: number;
}

/** Enough to tell dead, constant and alike apart and to rank by correlation; the second pass reads every sample. */
const wantedPoints = 300;

/** Finer than the scrape interval, a grid sees plateaus where a counter rises; where unknown, 15 s is usual. */
const usualScrapeMs = 15_000;

/** A grid of whole seconds over [firstMs, lastMs] with at most `wantedPoints` + 1 points. */
export function coarseGrid(firstMs: number, lastMs: number, scrapeIntervalMs?: number): CoarseGrid {
  const span = lastMs - firstMs;
  const leastMs = Math.min(scrapeIntervalMs ?? usualScrapeMs, span / 60);
  const stepMs = Math.max(1, Math.ceil(Math.max(span / wantedPoints, leastMs) / 1000)) * 1000;
  return { startMs: firstMs, stepMs, points: Math.floor(span / stepMs) + 1 };
}

/** The grid cut into runs of at most `maxPoints` instants. */
export function splitGrid(grid: CoarseGrid, maxPoints: number): readonly CoarseGrid[] {
  const runs: CoarseGrid[] = [];
  for (let done = 0; done < grid.points; done += maxPoints) {
    runs.push({
      startMs: grid.startMs + done * grid.stepMs,
      stepMs: grid.stepMs,
      points: Math.min(maxPoints, grid.points - done),
    });
  }
  return runs;
}

/** Index of an instant on the grid; undefined off it. */
export function gridIndex(grid: CoarseGrid, at: number): number | undefined {
  const index = Math.round((at - grid.startMs) / grid.stepMs);
  return index >= 0 && index < grid.points ? index : undefined;
}

/** The mean KPI of the cell before each instant of the grid; NaN where the cell is empty. */
export function kpiOnGrid(
  grid: CoarseGrid,
  at: ArrayLike<number>,
  values: ArrayLike<number>,
): Float64Array {
  const sums = new Float64Array(grid.points);
  const counts = new Int32Array(grid.points);
  for (let row = 0; row < at.length; row += 1) {
    const index = Math.ceil(((at[row] ?? Number.NaN) - grid.startMs) / grid.stepMs);
    if (!(index >= 0 && index < grid.points)) continue;
    sums[index] = (sums[index] ?? 0) + (values[row] ?? Number.NaN);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return sums.map((sum, index) => (counts[index] === 0 ? Number.NaN : sum / (counts[index] ?? 1)));
}
