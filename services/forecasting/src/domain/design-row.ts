import { createScratch, prefixMedians } from '@slicecast/stats';
import { type Basis, stepsOf, usualKpi, usualLoad } from './basis.ts';
import { respond } from './effect/response.ts';
import type { Mode } from './models/model.ts';
import { cellAt, newestWithin, type Series } from './series.ts';

const loadLagsSeconds = [0, 5, 10, 20, 30, 60, 120];
const kpiLagsSeconds = [0, 1, 2, 5, 10, 20, 30, 60, 120];
const kpiMediansSeconds = [5, 10, 15, 30, 60];
const harmonics = 8;
/** A missing cell is bridged by the newest one not further back than this. */
const bridgeSeconds = 5;

/** The longest look-back of a row. */
export const designLookBackSeconds = 120 + bridgeSeconds;

/** Where each kind of column begins in a design row, the intercept being 0. */
export interface DesignLayout {
  readonly loads: number;
  /** The load's squares, or the KPI that is usual at it. */
  readonly squares: number;
  /** Usual KPI and usual load at the target, the load's departure from its usual, the phase. */
  readonly cycle: number;
  readonly harmonics: number;
  /** How far the KPI was from the usual, at its lags and in the median of the last seconds. */
  readonly departures: number;
  readonly departureMedians: number;
  /** The KPI itself in the median of the last seconds. */
  readonly kpiMedians: number;
  readonly width: number;
}

function layoutOf(cyclic: boolean): DesignLayout {
  const loads = 1;
  const squares = loads + loadLagsSeconds.length;
  const cycle = squares + loadLagsSeconds.length;
  const waves = cycle + (cyclic ? 4 : 0);
  const departures = waves + (cyclic ? 2 * harmonics : 0);
  const departureMedians = departures + kpiLagsSeconds.length;
  const kpiMedians = departureMedians + kpiMediansSeconds.length;
  const width = kpiMedians + kpiMediansSeconds.length;
  return {
    loads,
    squares,
    cycle,
    harmonics: waves,
    departures,
    departureMedians,
    kpiMedians,
    width,
  };
}

const layouts = { cyclic: layoutOf(true), plain: layoutOf(false) };

export function designLayout({ cycle }: Basis): DesignLayout {
  return cycle === null ? layouts.plain : layouts.cyclic;
}

/** The column of the load so many seconds ago, one of the lags that a row has. */
export function loadColumn(basis: Basis, lagSeconds: number): number {
  return designLayout(basis).loads + placeOf(loadLagsSeconds, lagSeconds);
}

/** The column of the KPI's departure from the usual in the median of the last seconds. */
export function departureColumn(basis: Basis, seconds: number): number {
  return designLayout(basis).departureMedians + placeOf(kpiMediansSeconds, seconds);
}

function placeOf(seconds: readonly number[], wanted: number): number {
  const place = seconds.indexOf(wanted);
  if (place < 0) throw new RangeError(`a design row has no column of ${wanted} s`);
  return place;
}

/** The columns for a line: all but the phase and the KPI itself. */
export function linearColumns(basis: Basis, mode: Mode): readonly number[] {
  const { cycle, harmonics: waves, departures, kpiMedians } = designLayout(basis);
  const phase = waves - 1;
  const end = mode === 'live-kpi' ? kpiMedians : departures;
  return range(0, end).filter((column) => column < cycle || column !== phase);
}

/** The columns for thresholds: no intercept, no squares, no harmonics. */
export function stepwiseColumns(basis: Basis, mode: Mode): readonly number[] {
  const { loads, squares, cycle, harmonics: waves, departures, width } = designLayout(basis);
  const live = mode === 'live-kpi' ? range(departures, width) : [];
  return [...range(loads, squares), ...range(cycle, waves), ...live];
}

function range(begin: number, end: number): number[] {
  return Array.from({ length: end - begin }, (_, k) => begin + k);
}

/**
 * The columns for the forecast made at `index`: the load at its lags and bent, what is usual at the
 * target's phase, harmonics of the cycle, and how far the KPI lately was from the usual. The columns
 * with the KPI are NaN when none was seen; null when no load was. A lag beyond the window counts as usual.
 */
export function designRow(basis: Basis, series: Series, index: number): Float64Array | null {
  const bridge = stepsOf(basis, bridgeSeconds);
  const load = newestWithin(series.load, index, bridge);
  if (!Number.isFinite(load)) return null;
  const layout = designLayout(basis);
  const out = new Float64Array(layout.width);
  out[0] = 1;
  loadLagsSeconds.forEach((lag, k) => {
    const lagged = newestWithin(series.load, index - (lag && stepsOf(basis, lag)), bridge);
    const value = Number.isFinite(lagged) ? lagged : load;
    out[layout.loads + k] = value;
    out[layout.squares + k] = bent(basis, value);
  });
  if (basis.cycle !== null) writeCycle(out, basis, basis.cycle.period, series, index);
  if (Number.isFinite(newestWithin(series.kpi, index, bridge))) {
    writeKpi(out, basis, series, index, bridge);
  } else {
    out.fill(Number.NaN, layout.departures);
  }
  return out;
}

/** What makes a line on the load a curve: its square, or where the load is weighed, the KPI that is usual at it. */
function bent({ response }: Basis, load: number): number {
  return response === undefined ? load * load : respond(response, load).kpi;
}

function writeCycle(
  out: Float64Array,
  basis: Basis,
  period: number,
  series: Series,
  index: number,
): void {
  const layout = designLayout(basis);
  const phase = cellAt(series.phase, index);
  const target = phase + basis.horizonSteps;
  out[layout.cycle] = usualKpi(basis, target) - basis.kpiMedian;
  out[layout.cycle + 1] = usualLoad(basis, target) - basis.loadMedian;
  out[layout.cycle + 2] = cellAt(out, layout.loads) - usualLoad(basis, phase);
  out[layout.cycle + 3] = phase;
  const angle = (2 * Math.PI * target) / period;
  for (let k = 0; k < harmonics; k += 1) {
    out[layout.harmonics + 2 * k] = Math.sin((k + 1) * angle);
    out[layout.harmonics + 2 * k + 1] = Math.cos((k + 1) * angle);
  }
}

const kpiRoom = createScratch();
const departureRoom = createScratch();

function writeKpi(
  out: Float64Array,
  basis: Basis,
  series: Series,
  index: number,
  bridge: number,
): void {
  const layout = designLayout(basis);
  const phase = cellAt(series.phase, index);
  kpiLagsSeconds.forEach((lag, k) => {
    const i = index - (lag && stepsOf(basis, lag));
    const value = newestWithin(series.kpi, i, bridge);
    const departure = value - usualKpi(basis, phase + i - index);
    out[layout.departures + k] = Number.isFinite(departure) ? departure : 0;
  });
  const lengths = kpiMediansSeconds.map((seconds) => stepsOf(basis, seconds));
  const longest = Math.max(...lengths);
  const kpi = kpiRoom(longest);
  const departures = departureRoom(longest);
  for (let back = 0; back < longest; back += 1) {
    const value = cellAt(series.kpi, index - back);
    kpi[back] = value;
    departures[back] = value - usualKpi(basis, phase - back);
  }
  prefixMedians(departures, lengths).forEach((middle, k) => {
    out[layout.departureMedians + k] = Number.isFinite(middle) ? middle : 0;
  });
  prefixMedians(kpi, lengths).forEach((middle, k) => {
    out[layout.kpiMedians + k] = Number.isFinite(middle) ? middle : basis.kpiMedian;
  });
}
