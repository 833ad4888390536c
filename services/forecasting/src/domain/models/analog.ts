import { createScratch, type NearestRows, nearestRows, sortedQuantile } from '@slicecast/stats';
import { departureColumn, designLookBackSeconds, loadColumn } from '../design-row.ts';
import type { Instant } from '../instant.ts';
import { cellAt } from '../series.ts';
import { type Estimate, type Mode, type Model, noEstimate, type TrainingPart } from './model.ts';

/** Past instants by where they lay, and what came of each. */
type Library = {
  readonly mode: Mode;
  /** Of the KPI's coordinates against the load's. */
  readonly kpiWeight: number;
  readonly neighbours: number;
  /** Row-major, as many a row as `placeOf` gives. */
  readonly places: ArrayLike<number>;
  /** The KPI at each one's target, on the KPI's scale. */
  readonly outcomes: ArrayLike<number>;
};

/** Instants kept, evenly over the training part: the search is paid on every tick. */
const mostPlaces = 2000;
const fewestPlaces = 100;
const neighbourShare = 0.065;
const neighbourBounds = { least: 20, most: 150 };
const kpiWeights = [0.3, 0.7, 1.5];
/** Origins on which the weight is chosen, in the last quarter of the training part. */
const trialOrigins = 200;

/** With a cycle the phase says most, and the load is a correction; without one the load's past must tell. */
const withCycle = { lagsSeconds: [0, 30], weight: 0.5, phaseRadius: 1.9 };
const withoutCycle = { lagsSeconds: [0, 10, 20, 30, 60, 120], weight: 1 };
const kpiMediansSeconds = [10, 60];

/** The median and the spread of what came after the past instants that were most like this one. */
export const analog: Model<Library> = {
  name: 'analog',
  modes: ['live-kpi', 'x-alone'],
  baseline: false,
  blended: true,
  followsLoad: true,
  lookBackSeconds: designLookBackSeconds,
  work: 20,
  fit(part, mode) {
    if (mode === 'x-alone') return libraryOf(part, mode, 0, part.end);
    const trialFrom = Math.floor(0.75 * part.end);
    const trials = kpiWeights.map((weight) => {
      const library = libraryOf(part, mode, weight, trialFrom);
      return { weight, error: library === null ? 0 : trialError(library, part, trialFrom) };
    });
    const [first, ...rest] = trials;
    if (first === undefined) return null;
    const best = rest.reduce((least, trial) => (trial.error < least.error ? trial : least), first);
    return libraryOf(part, mode, best.weight, part.end);
  },
  forecast: (library, instant) => nearest(library, placeOf(instant, library)),
};

function libraryOf(
  { series, basis, instant }: TrainingPart,
  mode: Mode,
  kpiWeight: number,
  end: number,
): Library | null {
  const h = basis.horizonSteps;
  const thin = Math.max(1, Math.ceil((end - h) / mostPlaces));
  const places: number[] = [];
  const outcomes: number[] = [];
  for (let i = 0; i + h < end; i += thin) {
    const outcome = cellAt(series.kpi, i + h);
    const place = placeOf(instant(i), { mode, kpiWeight });
    if (place === null || !Number.isFinite(outcome)) continue;
    for (const coordinate of place) places.push(rounded(coordinate));
    outcomes.push(rounded(outcome));
  }
  if (outcomes.length < fewestPlaces) return null;
  const share = Math.round(neighbourShare * outcomes.length);
  const neighbours = Math.max(neighbourBounds.least, Math.min(neighbourBounds.most, share));
  return { mode, kpiWeight, neighbours, places, outcomes };
}

function trialError(library: Library, { series, basis, end, instant }: TrainingPart, from: number) {
  const h = basis.horizonSteps;
  const thin = Math.max(1, Math.floor((end - h - from) / trialOrigins));
  let sum = 0;
  for (let i = from; i + h < end; i += thin) {
    const { middle } = nearest(library, placeOf(instant(i), library));
    const error = Math.abs(middle - cellAt(series.kpi, i + h));
    if (Number.isFinite(error)) sum += error;
  }
  return sum;
}

/** Where an instant lies: phase on a circle, loads, and how far the KPI was from the usual; null when that cannot be seen. */
function placeOf(
  instant: Instant,
  { mode, kpiWeight }: Pick<Library, 'mode' | 'kpiWeight'>,
): Float64Array | null {
  const row = instant.row();
  if (row === null) return null;
  const { basis } = instant;
  const { lagsSeconds, weight } = basis.cycle === null ? withoutCycle : withCycle;
  const place = lagsSeconds.map((lag) => weight * cellAt(row, loadColumn(basis, lag)));
  if (basis.cycle !== null) {
    const angle = (2 * Math.PI * cellAt(instant.series.phase, instant.index)) / basis.cycle.period;
    place.push(withCycle.phaseRadius * Math.sin(angle), withCycle.phaseRadius * Math.cos(angle));
  }
  if (mode === 'live-kpi') {
    for (const seconds of kpiMediansSeconds) {
      place.push(kpiWeight * cellAt(row, departureColumn(basis, seconds)));
    }
  }
  return place.every(Number.isFinite) ? Float64Array.from(place) : null;
}

const nearRoom = createScratch();
/** Of the libraries that were asked; gone with them. */
const searches = new WeakMap<Library, NearestRows>();

function nearest(library: Library, at: Float64Array | null): Estimate {
  if (at === null) return noEstimate;
  const { outcomes, neighbours } = library;
  const { count, rows } = searchOf(library, at.length).find(
    at,
    Math.min(outcomes.length, neighbours),
  );
  const near = nearRoom(count);
  for (let i = 0; i < count; i += 1) near[i] = outcomes[rows[i] as number] as number;
  const sorted = near.subarray(0, count).sort();
  const middle = sortedQuantile(sorted, 0.5);
  return {
    middle,
    below: middle - sortedQuantile(sorted, 0.1),
    above: sortedQuantile(sorted, 0.9) - middle,
  };
}

function searchOf(library: Library, width: number): NearestRows {
  const search = searches.get(library) ?? nearestRows(library.places, width);
  searches.set(library, search);
  return search;
}

/** Four decimals of a coordinate say where it lies; the rest only makes the model's JSON long. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
