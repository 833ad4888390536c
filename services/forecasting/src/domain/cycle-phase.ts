import { createScratch } from '@slicecast/stats';
import type { Cycle } from './basis.ts';
import { phaseOf } from './phase-table.ts';
import { cellAt, type Series } from './series.ts';

/** The load is compared at so many instants, evenly over the look-back. */
const instants = 60;
/** With fewer that have a value, the clock is all there is to go by. */
const fewestInstants = 15;
/** Slips are tried in so many steps of the period first, then in steps of one around the best. */
const coarseSlips = 120;
/** A slip must explain the load better by this share of the load's mean change over it. */
const inertiaRatio = 0.3;
const mostLookBackSteps = 1800;

/** How far back `phaseByLoad` looks: half a cycle holds a rise or a fall. */
export function phaseLookBackSteps(period: number): number {
  return Math.min(mostLookBackSteps, Math.ceil(period / 2));
}

/** Where in the cycle the load is at an index, in steps. */
export type PhaseFinder = (series: Pick<Series, 'firstTick' | 'load'>, index: number) => number;

/**
 * By the clock, corrected by the slip under which the load lately seen fits the usual one best (least mean absolute
 * difference). A period measured on hours of training is off by minutes after days, and a restarted or shifted load keeps
 * no clock at all. O(10⁴) at the worst, some hundreds when the slip is what it was at the instant asked before; that
 * shortens the search and changes nothing of what is found.
 */
export function phaseFinder(cycle: Cycle): PhaseFinder {
  const { period } = cycle;
  const coarse = Math.max(1, period / coarseSlips);
  const all: Slips = { centre: 0, reach: period / 2, step: coarse };
  let around = 0;
  let slip = 0;
  return (series, index) => {
    const clock = phaseOf(series.firstTick + index, period);
    const seen = recentLoad(cycle, series.load, clock, index);
    if (seen.count < fewestInstants) return clock;
    const found = bestSlip(cycle, seen, all, around);
    if (coarse > 1) {
      const near: Slips = { centre: found, reach: coarse, step: coarse / 10 };
      slip = bestSlip(cycle, seen, near, found === around ? slip : found);
    } else {
      slip = found;
    }
    around = found;
    return phaseOf(clock + slip, period);
  };
}

/** Of every cell; NaN without a cycle. */
export function phasesOf(series: Omit<Series, 'phase'>, cycle: Cycle | null): Float64Array {
  if (cycle === null) return series.load.map(() => Number.NaN);
  const phaseAt = phaseFinder(cycle);
  return series.load.map((_, index) => phaseAt(series, index));
}

/** The load at the last instants, and the cell of the usual load that the clock says each is in. */
interface RecentLoad {
  readonly count: number;
  readonly loads: Float64Array;
  /** Fractional, in cells of the table. */
  readonly cells: Float64Array;
}

const loadRoom = createScratch();
const cellRoom = createScratch();

/** Valid until it is asked for again. */
function recentLoad(
  { period, load }: Cycle,
  series: Float64Array,
  clock: number,
  index: number,
): RecentLoad {
  const stride = Math.max(1, Math.floor(phaseLookBackSteps(period) / instants));
  const loads = loadRoom(instants);
  const cells = cellRoom(instants);
  let count = 0;
  for (let k = 0; k < instants; k += 1) {
    const value = cellAt(series, index - k * stride);
    if (!Number.isFinite(value)) continue;
    loads[count] = value;
    cells[count] = (phaseOf(clock - k * stride, period) / period) * load.length;
    count += 1;
  }
  return { count, loads, cells };
}

/** Centre, centre ± step, … up to centre ± reach. */
interface Slips {
  readonly centre: number;
  readonly reach: number;
  readonly step: number;
}

/** Beyond rounding: what costs so much more than one of them is not the cheapest. */
const margin = 1e-9;

/** The cheapest; the nearest to the centre of equals. `guess`: the one of them that is likely to be. */
function bestSlip(cycle: Cycle, seen: RecentLoad, slips: Slips, guess: number): number {
  const { centre, reach, step } = slips;
  const inertia = inertiaRatio * cycle.meanLoadChange;
  const wholeCostOf = (slip: number) =>
    costOf(cycle, seen, slip, inertia * Math.abs(slip), Number.POSITIVE_INFINITY);
  let best = centre;
  let least = wholeCostOf(centre);
  if (guess !== centre) least = Math.min(least, wholeCostOf(guess) + margin);
  for (let offset = step; offset <= reach; offset += step) {
    // Around no slip the inertia alone rules out all that lie further.
    if (centre === 0 && inertia * offset >= least) break;
    for (let side = 1; side >= -1; side -= 2) {
      const slip = centre + side * offset;
      const cost = costOf(cycle, seen, slip, inertia * Math.abs(slip), least);
      if (cost >= least) continue;
      least = cost;
      best = slip;
    }
  }
  return best;
}

/** `start` and the mean absolute difference of the load from the usual one under a slip; infinite once it reaches `most`. */
function costOf(
  { load, period }: Cycle,
  { count, loads, cells }: RecentLoad,
  slip: number,
  start: number,
  most: number,
): number {
  const length = load.length;
  const shift = (phaseOf(slip, period) / period) * length;
  const enough = (most - start) * count;
  let sum = 0;
  for (let k = 0; k < count; k += 1) {
    const moved = (cells[k] as number) + shift;
    const usual = load[Math.floor(moved < length ? moved : moved - length)] ?? Number.NaN;
    const difference = Math.abs((loads[k] as number) - usual);
    // A phase never seen in training fits nothing well.
    sum += difference >= 0 ? difference : 1;
    if (sum >= enough) return Number.POSITIVE_INFINITY;
  }
  return start + sum / count;
}
