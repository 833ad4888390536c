import type { Cycle } from './basis.ts';
import { phaseOf, valueAtPhase } from './phase-table.ts';
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

/**
 * Where in the cycle the load is at `index`, in steps: by the clock, corrected by the slip under which
 * the load lately seen fits the usual one best (least mean absolute difference). A period measured on hours of training
 * is off by minutes after days, and a restarted or shifted load keeps no clock at all. O(10⁴), no search of the past.
 */
export function phaseByLoad(
  cycle: Cycle,
  series: Pick<Series, 'firstTick' | 'load'>,
  index: number,
): number {
  const { period } = cycle;
  const clock = phaseOf(series.firstTick + index, period);
  const stride = Math.max(1, Math.floor(phaseLookBackSteps(period) / instants));
  const lags: number[] = [];
  const loads: number[] = [];
  for (let k = 0; k < instants; k += 1) {
    const load = cellAt(series.load, index - k * stride);
    if (!Number.isFinite(load)) continue;
    lags.push(k * stride);
    loads.push(load);
  }
  if (loads.length < fewestInstants) return clock;
  const inertia = inertiaRatio * meanChange(cycle);
  const costOf = (slip: number) => {
    let sum = 0;
    for (let k = 0; k < loads.length; k += 1) {
      const usual = valueAtPhase(cycle.load, period, clock + slip - (lags[k] ?? 0));
      // A phase never seen in training fits nothing well.
      sum += Number.isFinite(usual) ? Math.abs((loads[k] ?? 0) - usual) : 1;
    }
    return sum / loads.length + inertia * Math.abs(slip);
  };
  const coarse = Math.max(1, period / coarseSlips);
  const around = bestSlip(costOf, 0, period / 2, coarse);
  return phaseOf(
    clock + (coarse > 1 ? bestSlip(costOf, around, coarse, coarse / 10) : around),
    period,
  );
}

/** `phaseByLoad` of every cell; NaN without a cycle. */
export function phasesOf(series: Omit<Series, 'phase'>, cycle: Cycle | null): Float64Array {
  return series.load.map((_, index) =>
    cycle === null ? Number.NaN : phaseByLoad(cycle, series, index),
  );
}

/** The cheapest of centre, centre ± step, … up to centre ± reach; the nearest to the centre of equals. */
function bestSlip(
  costOf: (slip: number) => number,
  centre: number,
  reach: number,
  step: number,
): number {
  let best = centre;
  let least = costOf(centre);
  for (let offset = step; offset <= reach; offset += step) {
    for (const slip of [centre + offset, centre - offset]) {
      const cost = costOf(slip);
      if (cost >= least) continue;
      least = cost;
      best = slip;
    }
  }
  return best;
}

/** Of the usual load, a step. */
function meanChange({ load, period }: Cycle): number {
  let sum = 0;
  for (let cell = 1; cell < load.length; cell += 1) {
    const change = Math.abs((load[cell] ?? 0) - (load[cell - 1] ?? 0));
    if (Number.isFinite(change)) sum += change;
  }
  return sum / period;
}
