import { type Feature, featureId } from '@slicecast/contracts';
import { fitLoadSignal, loadOf } from '@slicecast/forecasting/domain/load/load-signal.ts';
import type { FlavorRun } from './read-recording.ts';
import type { Recording, Track } from './recording.ts';

/** Runs were begun at different times: rows are shifted against each other by up to so many. */
const mostShift = 600;
/** Every so many-th row is compared. */
const thin = 1;

/**
 * Lays runs under one load side by side: row i of the first beside row i + shift of each other one, with
 * the shift under which their loads agree best. Where another run has no such row, its cells are missing.
 */
export function laidByLoad(
  runs: readonly FlavorRun[],
  features: readonly Feature[],
  stepMs: number,
): Recording {
  const [first, ...others] = runs;
  if (first === undefined) throw new RangeError('a recording has at least one run');
  const loads = new Map(runs.map((run) => [run, loadIn(run, features)]));
  const own = loads.get(first) ?? new Float64Array();
  const tracks = new Map([[first.flavorId, trackOf(first, features, 0, first.at.length)]]);
  let rows = first.at.length;
  for (const run of others) {
    const shift = bestShift(own, loads.get(run) ?? new Float64Array());
    rows = Math.min(rows, run.at.length - shift);
    tracks.set(run.flavorId, trackOf(run, features, shift, first.at.length));
  }
  return { stepMs, at: first.at.slice(0, rows), features, tracks };
}

function loadIn({ columns, kpi }: FlavorRun, features: readonly Feature[]): Float64Array {
  const ids = features.map(featureId);
  const cells = ids.map((id) => columns.get(id) ?? new Float64Array());
  const signal = fitLoadSignal(ids, cells, kpi);
  const columnOf = new Map(ids.map((id, k) => [id, cells[k]]));
  return kpi.map((_, i) => loadOf(signal, (id) => columnOf.get(id)?.[i] ?? Number.NaN));
}

function trackOf(run: FlavorRun, features: readonly Feature[], shift: number, rows: number): Track {
  const shifted = (cells: Float64Array) =>
    Float64Array.from({ length: rows }, (_, i) => cells[i + shift] ?? Number.NaN);
  return {
    columns: features.map((feature) =>
      shifted(run.columns.get(featureId(feature)) ?? new Float64Array()),
    ),
    kpi: shifted(run.kpi),
  };
}

/** With the least mean absolute difference of the loads; the nearest to 0 of equals. */
function bestShift(a: Float64Array, b: Float64Array): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k <= 2 * mostShift; k += 1) {
    const shift = k % 2 === 0 ? k / 2 : -(k + 1) / 2;
    const difference = meanDifference(a, b, shift);
    if (difference >= least) continue;
    least = difference;
    best = shift;
  }
  return best;
}

function meanDifference(a: Float64Array, b: Float64Array, shift: number): number {
  let sum = 0;
  let count = 0;
  for (let i = Math.max(0, -shift); i < a.length && i + shift < b.length; i += thin) {
    const difference = Math.abs((a[i] ?? Number.NaN) - (b[i + shift] ?? Number.NaN));
    if (!Number.isFinite(difference)) continue;
    sum += difference;
    count += 1;
  }
  return 2 * count * thin < Math.min(a.length, b.length) ? Number.POSITIVE_INFINITY : sum / count;
}
