import { refuse } from '../refuse.ts';
import type { Table } from './read-table.ts';
import { describeGaps, scattered, timesApart } from './row-faults.ts';
import { meantStep, stepOf } from './step-of.ts';

/** X and Y on one clock, the KPI's. */
export interface Rows {
  /** Instants of the rows, epoch ms, ascending. */
  readonly at: Float64Array;
  /** The same instants as they stand in the Y file. */
  readonly times: readonly string[];
  /** Usual distance of two rows, ms. */
  readonly stepMs: number;
  /** The instants snapped to whole steps: what a slice's ticks would be. */
  readonly ticksAt: Float64Array;
  /** In its unit; NaN where it was not measured. */
  readonly kpi: Float64Array;
  /** Samples of every metric, on X's own clock. */
  readonly samples: Samples;
  /** What was put right, for whoever reads the results. */
  readonly notes: readonly string[];
}

export interface Samples {
  /** Epoch ms, ascending. */
  readonly at: Float64Array;
  /** Usual distance of two samples, ms. */
  readonly stepMs: number;
  readonly metrics: Table['columns'];
}

/** A value is carried on for so many of X's steps; then it is missing. */
export const maxAgeSteps = 2.5;
/** A greater share of missing steps makes the rows no series. */
const mostMissingShare = 0.5;

/**
 * Lays X and Y on the KPI's clock, from where to where both were recorded. Rows are snapped to whole steps,
 * so that a clock's jitter makes no gaps; of two rows in one step the later stays. AppError when the
 * files do not overlap or have more gaps than rows.
 */
export function layRows(x: Table, y: Table): Rows {
  const [kpi] = y.columns;
  const yStepMs = stepOf(y.at);
  const stepMs = meantStep(yStepMs);
  const xStepMs = stepOf(x.at);
  const from = Math.max(first(x.at), first(y.at));
  const to = Math.min(last(x.at) + maxAgeSteps * xStepMs, last(y.at));
  const shared = [...y.times.keys()].filter((row) => within(y.at[row], from, to));
  if (kpi === undefined || shared.length === 0) throw timesApart(x, y);
  if (shared.length < 2) throw refuse('--x, --y', 'share one row', 'give files of one recording');
  const { kept, slots } = snap(y.at, shared, yStepMs);
  const missing = (slots.at(-1) ?? 0) + 1 - kept.length;
  const gaps = { missing, stepMs, times: kept.map((row) => y.times[row] ?? ''), slots };
  if (missing > mostMissingShare * (missing + kept.length)) throw scattered(gaps);
  const begin = Math.ceil((y.at[shared[0] ?? 0] ?? Number.NaN) / stepMs) * stepMs;
  return {
    at: Float64Array.from(kept, (row) => y.at[row] ?? Number.NaN),
    times: gaps.times,
    stepMs,
    ticksAt: Float64Array.from(slots, (slot) => begin + slot * stepMs),
    kpi: Float64Array.from(kept, (row) => kpi.values[row] ?? Number.NaN),
    samples: { at: x.at, stepMs: meantStep(xStepMs), metrics: x.columns },
    notes: [
      ...count(y.times.length - shared.length, 'left out of Y, because X was not recorded then'),
      ...count(shared.length - kept.length, 'left out of Y, because a later row has the same step'),
      ...describeGaps(gaps),
    ],
  };
}

/** The step of each row counted from the first, and the last row of each. */
function snap(at: Float64Array, rows: readonly number[], stepMs: number) {
  const origin = at[rows[0] ?? 0] ?? Number.NaN;
  const kept: number[] = [];
  const slots: number[] = [];
  for (const row of rows) {
    const slot = Math.round(((at[row] ?? Number.NaN) - origin) / stepMs);
    if (slots.at(-1) === slot) kept.pop();
    else slots.push(slot);
    kept.push(row);
  }
  return { kept, slots };
}

function within(value: number | undefined, from: number, to: number): boolean {
  return value !== undefined && value >= from && value <= to;
}

function first(at: Float64Array): number {
  return at[0] ?? Number.NaN;
}

function last(at: Float64Array): number {
  return at.at(-1) ?? Number.NaN;
}

function count(number: number, what: string): readonly string[] {
  return number === 0 ? [] : [`${number} ${number === 1 ? 'row' : 'rows'} ${what}`];
}
