import { type Basis, fitBasis } from './basis.ts';
import { phasesOf } from './cycle-phase.ts';
import { type Instant, instantsOf } from './instant.ts';
import { fitKpiScale, type KpiScale } from './kpi-scale.ts';
import type { LoadSignal } from './load-signal.ts';
import {
  fitGridLoad,
  type ProfileGrid,
  periodOf,
  seriesOf,
  weighGridLoad,
} from './profile-series.ts';
import type { Series } from './series.ts';

export interface Clocked {
  readonly stepMs: number;
  readonly horizonSteps: number;
}

/** A profile as models see it. */
export interface TrainedView {
  readonly scale: KpiScale;
  readonly series: Series;
  readonly basis: Basis;
  readonly signal: LoadSignal;
  instant(index: number): Instant;
}

/** Scale, load signal, period and what is usual, all from the cells before `end`. */
export type Look = (grid: ProfileGrid, end: number, clock: Clocked) => TrainedView;

/** By the median of the columns. */
export const plainLook: Look = (grid, end, clock) => {
  const scale = fitKpiScale(grid.kpi.subarray(0, end));
  return through(fitGridLoad(grid, end), scale, grid, end, clock);
};

/** By what each group of columns weighs for the KPI. */
export const weighedLook: Look = (grid, end, clock) => {
  const { signal, scale } = weighedSignal(grid, end);
  return through(signal, scale, grid, end, clock);
};

/** Without a weighting where the columns weigh alike, or cannot be told apart. */
export function weighedSignal(
  grid: ProfileGrid,
  end: number,
): Pick<TrainedView, 'signal' | 'scale'> {
  const scale = fitKpiScale(grid.kpi.subarray(0, end));
  return { signal: weighGridLoad(grid, end, fitGridLoad(grid, end), scale), scale };
}

function through(
  signal: LoadSignal,
  scale: KpiScale,
  grid: ProfileGrid,
  end: number,
  clock: Clocked,
): TrainedView {
  const series = seriesOf(grid, signal, scale);
  const period = periodOf(series, end, clock.stepMs);
  const basis = fitBasis(series, end, { ...clock, period });
  const phased = { ...series, phase: phasesOf(series, basis.cycle) };
  return { scale, signal, basis, series: phased, instant: instantsOf(basis, phased) };
}
