import { median } from '@slicecast/stats';
import type { Response } from './effect/response.ts';
import { fitPhaseTable, type PhaseTable, valueAtPhase } from './phase-table.ts';
import type { Series } from './series.ts';

/** What all models of one training part share: its clock, its cycle, and what is usual in it. */
export interface Basis {
  readonly stepMs: number;
  readonly horizonSteps: number;
  readonly kpiMedian: number;
  readonly loadMedian: number;
  /** null: no cycle was found, and models do without. */
  readonly cycle: Cycle | null;
  /** How the KPI usually answers to a load that is weighed; absent where it is the columns' median. */
  readonly response?: Response;
}

export interface Cycle {
  /** In steps, may be fractional. */
  readonly period: number;
  /** Usual KPI and load by phase. The load's table is sharp, the KPI's smooth. */
  readonly kpi: PhaseTable;
  readonly load: PhaseTable;
  /** Of the usual load, a step. */
  readonly meanLoadChange: number;
}

/** Half width of the KPI's phase medians: less is noise, more blurs the ramps. */
const kpiHalfWidthSeconds = 20;
const loadHalfWidthSeconds = 5;

/** From the cells before `end` alone. */
export function fitBasis(
  series: Omit<Series, 'phase'>,
  end: number,
  clock: { stepMs: number; horizonSteps: number; period: number | null },
): Basis {
  const seconds = (count: number) => Math.max(1, Math.round((count * 1000) / clock.stepMs));
  const { period } = clock;
  const table = (cells: Float64Array, halfWidth: number) =>
    fitPhaseTable(cells, series.firstTick, end, period ?? 1, seconds(halfWidth));
  const cycleOf = (steps: number): Cycle => {
    const load = table(series.load, loadHalfWidthSeconds);
    const kpi = table(series.kpi, kpiHalfWidthSeconds);
    return { period: steps, kpi, load, meanLoadChange: totalChange(load) / steps };
  };
  return {
    stepMs: clock.stepMs,
    horizonSteps: clock.horizonSteps,
    kpiMedian: median(series.kpi.subarray(0, end)),
    loadMedian: median(series.load.subarray(0, end)),
    cycle: period === null ? null : cycleOf(period),
  };
}

/** The sum of the absolute changes from cell to cell. */
function totalChange(table: PhaseTable): number {
  let sum = 0;
  for (let cell = 1; cell < table.length; cell += 1) {
    const change = Math.abs((table[cell] ?? 0) - (table[cell - 1] ?? 0));
    if (Number.isFinite(change)) sum += change;
  }
  return sum;
}

/** The KPI that is usual at a phase of the cycle (in steps); without one, in the whole training part. */
export function usualKpi(basis: Basis, phase: number): number {
  return lookUp(basis.cycle?.kpi, basis, phase, basis.kpiMedian);
}

/** The load that is usual at a phase of the cycle. */
export function usualLoad(basis: Basis, phase: number): number {
  return lookUp(basis.cycle?.load, basis, phase, basis.loadMedian);
}

function lookUp(table: PhaseTable | undefined, basis: Basis, phase: number, otherwise: number) {
  if (table === undefined || basis.cycle === null) return otherwise;
  const value = valueAtPhase(table, basis.cycle.period, phase);
  return Number.isFinite(value) ? value : otherwise;
}

/** Seconds in steps of the slice, at least one. */
export function stepsOf(basis: Pick<Basis, 'stepMs'>, seconds: number): number {
  return Math.max(1, Math.round((seconds * 1000) / basis.stepMs));
}
