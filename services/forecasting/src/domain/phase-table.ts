import { sortedQuantile } from '@slicecast/stats';

/** Medians of a series by the phase of the load's cycle; cell p stands for phase p steps. */
export type PhaseTable = readonly number[];

/** The phase of a tick, in whole steps, [0, ceil(period)). */
export function phaseOf(tick: number, period: number): number {
  const phase = Math.floor(tick - Math.floor(tick / period) * period);
  return Math.max(0, Math.min(Math.ceil(period) - 1, phase));
}

/**
 * For each phase the median of the cells before `end` within ± halfWidth of it, in all cycles; NaN
 * where there is none. O(cells · halfWidth) values are sorted.
 */
export function fitPhaseTable(
  cells: Float64Array,
  firstTick: number,
  end: number,
  period: number,
  halfWidth: number,
): PhaseTable {
  const phases = Math.ceil(period);
  const bins: number[][] = Array.from({ length: phases }, () => []);
  for (let i = 0; i < end; i += 1) {
    const value = cells[i] ?? Number.NaN;
    if (Number.isFinite(value)) bins[phaseOf(firstTick + i, period)]?.push(value);
  }
  return bins.map((_, phase) => {
    const near: number[] = [];
    for (let offset = -halfWidth; offset <= halfWidth; offset += 1) {
      for (const value of bins[(phase + offset + 2 * phases) % phases] ?? []) near.push(value);
    }
    return sortedQuantile(Float64Array.from(near).sort(), 0.5);
  });
}
