import type { AppError } from '@slicecast/platform';
import { refuse } from '../refuse.ts';
import type { Table } from './read-table.ts';

/** Rows on whole steps, with holes between them. */
export interface Gaps {
  /** Steps without a row. */
  readonly missing: number;
  readonly stepMs: number;
  /** Of the rows. */
  readonly times: readonly string[];
  /** Their steps, counted from the first. */
  readonly slots: readonly number[];
}

export function timesApart(x: Table, y: Table): AppError {
  const span = ({ times }: Table) => `${times[0]} to ${times.at(-1)}`;
  const fault = `do not overlap: X is from ${span(x)}, Y from ${span(y)}`;
  return refuse('--x, --y', fault, 'give X and Y of the same time, in the same time zone');
}

export function scattered(gaps: Gaps): AppError {
  const rows = gaps.slots.length;
  const fault = `${rows} rows lie scattered over ${rows + gaps.missing} steps of ${gaps.stepMs / 1000} s (${longest(gaps)})`;
  return refuse('--y', fault, 'give one stretch without such gaps, or rows further apart');
}

export function describeGaps(gaps: Gaps): readonly string[] {
  return gaps.missing === 0 ? [] : [`${gaps.missing} steps have no row (${longest(gaps)})`];
}

function longest({ slots, stepMs, times }: Gaps): string {
  const steps = slots.map((slot, row) => (slots[row + 1] ?? slot) - slot);
  const most = steps.reduce((longest, each) => Math.max(longest, each), 0);
  return `the longest gap is ${(most * stepMs) / 1000} s, after ${times[steps.indexOf(most)]}`;
}
