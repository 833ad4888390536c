import { featureId, type Profile } from '@slicecast/contracts';
import { dominantPeriod } from '@slicecast/stats';
import { type KpiScale, toScale } from './kpi-scale.ts';
import { fitWeighting } from './load/fit-weighting.ts';
import { fitLoadSignal, type LoadSignal, loadOf, scaledBy } from './load/load-signal.ts';
import type { Series } from './series.ts';

/** A profile on the slice's ticks: columns and KPI as they are, NaN where a tick or a cell is missing. */
export interface ProfileGrid {
  readonly firstTick: number;
  readonly length: number;
  readonly featureIds: readonly string[];
  readonly columns: readonly Float64Array[];
  /** In the KPI's unit. */
  readonly kpi: Float64Array;
}

/** A gap in a profile's clock makes empty cells; so many for each row are borne before it is refused. */
export const maxCellsPerRow = 20;

export function gridOf(profile: Profile): ProfileGrid {
  const { at, stepMs } = profile;
  const tickOf = (instant: number) => Math.ceil(instant / stepMs);
  const firstTick = tickOf(at[0] ?? 0);
  const length = tickOf(at.at(-1) ?? 0) - firstTick + 1;
  const spread = (cells: readonly (number | null)[]) => {
    const grid = new Float64Array(length).fill(Number.NaN);
    cells.forEach((cell, row) => {
      if (cell !== null) grid[tickOf(at[row] ?? 0) - firstTick] = cell;
    });
    return grid;
  };
  return {
    firstTick,
    length,
    featureIds: profile.features.map(featureId),
    columns: profile.columns.map(spread),
    kpi: spread(profile.kpi),
  };
}

/** The load signal fitted on the cells before `end`. */
export function fitGridLoad(grid: ProfileGrid, end: number): LoadSignal {
  const before = (cells: Float64Array) => cells.subarray(0, end);
  return fitLoadSignal(grid.featureIds, grid.columns.map(before), before(grid.kpi));
}

/** The signal with what each group of its columns weighs for the KPI before `end`; the same where they weigh alike. */
export function weighGridLoad(
  grid: ProfileGrid,
  end: number,
  signal: LoadSignal,
  scale: KpiScale,
): LoadSignal {
  const valueAt = cellsOf(grid);
  const scaled = signal.columns.map(() => new Float64Array(end));
  for (let i = 0; i < end; i += 1) {
    scaledBy(signal, valueAt(i)).forEach((value, column) => {
      (scaled[column] as Float64Array)[i] = value;
    });
  }
  const kpi = grid.kpi.subarray(0, end).map((value) => toScale(scale, value));
  const weighting = fitWeighting(scaled, kpi);
  return weighting === null ? signal : { ...signal, weighting };
}

/** The values of a cell by feature id, NaN of a feature that the grid does not have. */
export function cellsOf(grid: ProfileGrid): (index: number) => (featureId: string) => number {
  const columnOf = new Map(grid.featureIds.map((id, index) => [id, grid.columns[index]]));
  return (index) => (id) => columnOf.get(id)?.[index] ?? Number.NaN;
}

/** What models see of a grid, but for the phase, which is found from it. */
export function seriesOf(
  grid: ProfileGrid,
  signal: LoadSignal,
  scale: KpiScale,
): Omit<Series, 'phase'> {
  const valueAt = cellsOf(grid);
  const load = new Float64Array(grid.length);
  for (let i = 0; i < grid.length; i += 1) load[i] = loadOf(signal, valueAt(i));
  const kpi = grid.kpi.map((value) => toScale(scale, value));
  return { firstTick: grid.firstTick, length: grid.length, kpi, load };
}

/** A cycle shorter than this is jitter, not load; so is one of a few steps. */
const shortestPeriodSeconds = 60;
const shortestPeriodSteps = 10;
/** Autocorrelation is summed over at most so many cells; a longer signal is thinned out first. */
const mostCells = 8000;

/** The load's period in steps, from the cells before `end`; null without a significant one. */
export function periodOf(series: Pick<Series, 'load'>, end: number, stepMs: number): number | null {
  const thin = Math.ceil(end / mostCells);
  const cells = new Float64Array(Math.floor(end / thin));
  let last = 0;
  for (let k = 0; k < cells.length; k += 1) {
    const value = series.load[k * thin] ?? Number.NaN;
    if (Number.isFinite(value)) last = value;
    cells[k] = last;
  }
  const shortest = Math.max(shortestPeriodSteps, (shortestPeriodSeconds * 1000) / stepMs);
  const period = dominantPeriod(cells, shortest / thin);
  return period === null ? null : period * thin;
}
