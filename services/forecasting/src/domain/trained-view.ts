import { type Basis, fitBasis } from './basis.ts';
import { phasesOf } from './cycle-phase.ts';
import { fitResponse, type Response } from './effect/response.ts';
import { type Instant, instantsOf } from './instant.ts';
import { fitKpiScale, type KpiScale } from './kpi-scale.ts';
import type { LoadSignal } from './load/load-signal.ts';
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

/** How the load is seen before `end`, and the KPI's scale. */
export type Signalled = Pick<TrainedView, 'signal' | 'scale'>;

/** By the median of the columns. */
export const plainLook: Look = (grid, end, clock) =>
  through(plainSignal(grid, end), grid, end, clock);

export function plainSignal(grid: ProfileGrid, end: number): Signalled {
  const scale = fitKpiScale(grid.kpi.subarray(0, end));
  return { signal: fitGridLoad(grid, end), scale };
}

/** By what each group of columns weighs for the KPI. */
export const weighedLook: Look = (grid, end, clock) =>
  through(weighedSignal(grid, end), grid, end, clock);

/** Without a weighting where the columns weigh alike, or cannot be told apart. */
export function weighedSignal(grid: ProfileGrid, end: number): Signalled {
  const { signal, scale } = plainSignal(grid, end);
  return { signal: weighGridLoad(grid, end, signal, scale), scale };
}

function through(
  { signal, scale }: Signalled,
  grid: ProfileGrid,
  end: number,
  clock: Clocked,
): TrainedView {
  const series = seriesOf(grid, signal, scale);
  const period = periodOf(series, end, clock.stepMs);
  const usual = fitBasis(series, end, { ...clock, period });
  const response = signal.weighting === undefined ? null : responseBefore(series, end);
  const basis = response === null ? usual : { ...usual, response };
  const phased = { ...series, phase: phasesOf(series, basis.cycle) };
  return { scale, signal, basis, series: phased, instant: instantsOf(basis, phased) };
}

function responseBefore({ load, kpi }: Pick<Series, 'load' | 'kpi'>, end: number): Response | null {
  return fitResponse(load.subarray(0, end), kpi.subarray(0, end));
}
