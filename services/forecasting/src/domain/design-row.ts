import { median } from '@slicecast/stats';
import { type Basis, stepsOf, usualKpi, usualLoad } from './basis.ts';
import type { Mode } from './models/model.ts';
import { cellAt, newestWithin, type Series } from './series.ts';

const loadLagsSeconds = [0, 5, 10, 20, 30, 60, 120];
const kpiLagsSeconds = [0, 1, 2, 5, 10, 20, 30, 60, 120];
const kpiMediansSeconds = [5, 15, 30, 60];
const harmonics = 8;
/** A missing cell is bridged by the newest one not further back than this. */
const bridgeSeconds = 5;

/** The longest look-back of a row. */
export const designLookBackSeconds = 120 + bridgeSeconds;

/** How many columns a row has, the intercept first. */
export function designWidth(basis: Basis, mode: Mode): number {
  const cyclic = basis.cycle === null ? 0 : 3 + 2 * harmonics;
  const kpi = mode === 'live-kpi' ? kpiLagsSeconds.length + kpiMediansSeconds.length : 0;
  return 1 + 2 * loadLagsSeconds.length + cyclic + kpi;
}

/**
 * Writes the columns for the forecast made at `index` into `out` from `offset` on: the load and its
 * square at its lags, what is usual at the target's phase, harmonics of the cycle and, live, how far the KPI
 * lately was from the usual. False, with nothing promised of `out`, when the load at `index` is
 * missing, or live the KPI. A lag beyond the window counts as usual.
 */
export function writeDesignRow(
  basis: Basis,
  series: Series,
  index: number,
  mode: Mode,
  out: Float64Array,
  offset: number,
): boolean {
  const bridge = stepsOf(basis, bridgeSeconds);
  const load = newestWithin(series.load, index, bridge);
  const kpi = newestWithin(series.kpi, index, bridge);
  if (!Number.isFinite(load) || (mode === 'live-kpi' && !Number.isFinite(kpi))) return false;
  let at = offset;
  const push = (value: number) => {
    out[at] = value;
    at += 1;
  };
  push(1);
  for (const lag of loadLagsSeconds) {
    const steps = lag === 0 ? 0 : stepsOf(basis, lag);
    const lagged = newestWithin(series.load, index - steps, bridge);
    const value = Number.isFinite(lagged) ? lagged : load;
    push(value);
    push(value * value);
  }
  if (basis.cycle !== null) pushCycle(basis, basis.cycle.period, series, index, load, push);
  if (mode === 'live-kpi') pushKpi(basis, series, index, bridge, push);
  return true;
}

function pushCycle(
  basis: Basis,
  period: number,
  series: Series,
  index: number,
  load: number,
  push: (value: number) => void,
): void {
  const phase = cellAt(series.phase, index);
  const target = phase + basis.horizonSteps;
  push(usualKpi(basis, target) - basis.kpiMedian);
  push(usualLoad(basis, target) - basis.loadMedian);
  push(load - usualLoad(basis, phase));
  const angle = (2 * Math.PI * target) / period;
  for (let k = 1; k <= harmonics; k += 1) {
    push(Math.sin(k * angle));
    push(Math.cos(k * angle));
  }
}

function pushKpi(
  basis: Basis,
  series: Series,
  index: number,
  bridge: number,
  push: (value: number) => void,
): void {
  const phase = cellAt(series.phase, index);
  const departureAt = (i: number, value: number) => value - usualKpi(basis, phase + i - index);
  for (const lag of kpiLagsSeconds) {
    const i = index - (lag === 0 ? 0 : stepsOf(basis, lag));
    const value = newestWithin(series.kpi, i, bridge);
    push(Number.isFinite(value) ? departureAt(i, value) : 0);
  }
  for (const seconds of kpiMediansSeconds) {
    const departures: number[] = [];
    for (let i = index; i > index - stepsOf(basis, seconds); i -= 1) {
      departures.push(departureAt(i, cellAt(series.kpi, i)));
    }
    const middle = median(departures);
    push(Number.isFinite(middle) ? middle : 0);
  }
}
