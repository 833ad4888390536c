import { tickAtOrAfter } from './ticks.ts';

/** The rows of a profile: the ticks that have a KPI. */
export interface KpiClock {
  /** Ticks, epoch ms, ascending. */
  readonly at: Float64Array;
  readonly kpi: Float64Array;
  readonly stepMs: number;
}

/** The KPI of tick T, a multiple of the step, is its newest value in (T − step, T], as in the live feed. `at` ascends. */
export function kpiClock(
  at: ArrayLike<number>,
  values: ArrayLike<number>,
  stepMs: number,
): KpiClock {
  const ticks = new Float64Array(at.length);
  const kpi = new Float64Array(at.length);
  const grid = { stepMs, phaseMs: 0 };
  let rows = 0;
  for (let index = 0; index < at.length; index += 1) {
    const tick = tickAtOrAfter(at[index] ?? 0, grid);
    if (rows === 0 || ticks[rows - 1] !== tick) rows += 1;
    ticks[rows - 1] = tick;
    kpi[rows - 1] = values[index] ?? Number.NaN;
  }
  return { at: ticks.slice(0, rows), kpi: kpi.slice(0, rows), stepMs };
}
