import type { RefusalReason } from '@slicecast/contracts';
import { averageRanks, pearson } from '@slicecast/stats';
import type { Candidate } from './candidate.ts';

/** With fewer of its cells there, a series is as good as dead. */
const fewestCellsRatio = 0.5;

/** Why a candidate cannot be a feature by itself; undefined when it can. */
export function whyUnusable(
  candidate: Candidate,
): Extract<RefusalReason, 'dead' | 'constant'> | undefined {
  const finite = candidate.values.filter(Number.isFinite);
  if (finite.length < fewestCellsRatio * candidate.values.length) return 'dead';
  const [first] = finite;
  return finite.every((value) => value === first) ? 'constant' : undefined;
}

const leakCorrelation = 0.8;
const leakLags = 5;

/**
 * How closely a candidate is the KPI itself, or a monotone function of it, up to some steps early or
 * late: the correlation of the steps that their ranks take. Load moves latency too, but a load metric does
 * not follow its noise from one instant to the next. 0 when it is far from the KPI.
 */
export function kpiLikeness(values: Float64Array, kpiSteps: Float64Array): number {
  const steps = rankSteps(values);
  let most = 0;
  for (let lag = -leakLags; lag <= leakLags; lag += 1) {
    const shifted = lag >= 0 ? kpiSteps.subarray(lag) : kpiSteps;
    const own = lag >= 0 ? steps : steps.subarray(-lag);
    const correlation = Math.abs(pearson(own, shifted));
    if (correlation > most) most = correlation;
  }
  return most;
}

export function isLeaking(likeness: number): boolean {
  return likeness > leakCorrelation;
}

/** How far the rank moves from each cell to the next. */
export function rankSteps(values: ArrayLike<number>): Float64Array {
  const ranked = averageRanks(values);
  return Float64Array.from(
    { length: Math.max(0, ranked.length - 1) },
    (_, i) => (ranked[i + 1] ?? Number.NaN) - (ranked[i] ?? Number.NaN),
  );
}
