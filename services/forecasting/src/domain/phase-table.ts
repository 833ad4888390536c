import { sortedQuantile } from '@slicecast/stats';

/** Medians of a series by the phase of a cycle: n cells, each an n-th of the period wide. */
export type PhaseTable = ArrayLike<number>;

/** A cycle of more steps than this is kept in so many wider cells: a model must stay small. */
const mostCells = 2400;

/** Any number of steps as a phase, in [0, period). */
export function phaseOf(steps: number, period: number): number {
  const phase = steps - Math.floor(steps / period) * period;
  return phase < period ? phase : 0;
}

/** The cell of a phase given in steps; NaN for a phase of NaN. */
export function valueAtPhase(table: PhaseTable, period: number, phase: number): number {
  const cell = Math.floor((phaseOf(phase, period) / period) * table.length);
  return table[Math.min(cell, table.length - 1)] ?? Number.NaN;
}

/**
 * For each phase the median of the cells before `end` within ± halfWidth steps of it, in all cycles;
 * NaN where there is none. O(cells · halfWidth) values are sorted.
 */
export function fitPhaseTable(
  cells: Float64Array,
  firstTick: number,
  end: number,
  period: number,
  halfWidth: number,
): PhaseTable {
  const count = Math.min(mostCells, Math.ceil(period));
  const reach = Math.max(1, Math.round((halfWidth * count) / period));
  const bins: number[][] = Array.from({ length: count }, () => []);
  for (let i = 0; i < end; i += 1) {
    const value = cells[i] ?? Number.NaN;
    const bin = Math.floor((phaseOf(firstTick + i, period) / period) * count);
    if (Number.isFinite(value)) bins[bin]?.push(value);
  }
  return bins.map((_, phase) => {
    const near: number[] = [];
    for (let offset = -reach; offset <= reach; offset += 1) {
      for (const value of bins[(phase + offset + 2 * count) % count] ?? []) near.push(value);
    }
    return sortedQuantile(Float64Array.from(near).sort(), 0.5);
  });
}
