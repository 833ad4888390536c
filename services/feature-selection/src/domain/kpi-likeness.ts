import { pearson } from '@slicecast/stats';

/** How like the KPI a column is at the lag where it is most like it. */
export interface KpiLikeness {
  /** Spearman's ρ of the values. */
  readonly levels: number;
  /** Correlation of the steps of their ranks from one value to the next. */
  readonly steps: number;
  /** Rows by which the column is behind the KPI; negative when it is ahead. */
  readonly lagRows: number;
}

/** Scraped by another clock, the KPI comes some rows early or late. */
const maxLagRows = 10;
/** With fewer steps nothing can be said. */
const fewestSteps = 50;
/** The lag shows itself in so many of the last steps. */
const stepsForLag = 1500;

/**
 * Load moves latency, so their levels may correlate at .9 and both be right. But a load metric does
 * not follow the KPI's noise from one instant to the next: its steps correlate at .3 or less on the
 * recorded traces, and those of the KPI with a tenth of noise upon it at .8 still. Looks at the rows where
 * the column moves, so that a copy that is held for a while is found too. Undefined when it hardly moves.
 */
export function kpiLikeness(
  columnRanks: Float64Array,
  kpiRanks: Float64Array,
): KpiLikeness | undefined {
  const moves = movesOf(columnRanks);
  if (moves.length <= fewestSteps) return undefined;
  const lagRows = closestLag(columnRanks, kpiRanks, moves.subarray(-stepsForLag));
  const own = ranksAt(columnRanks, moves, 0);
  const kpi = ranksAt(kpiRanks, moves, lagRows);
  return { levels: pearson(own, kpi), steps: pearson(stepsOf(own), stepsOf(kpi)), lagRows };
}

/** Whether the column is the KPI, or a monotone function of it, rather than something that moves it. */
export function isKpi({ levels, steps }: KpiLikeness): boolean {
  return Math.abs(levels) >= 0.95 && Math.abs(steps) >= 0.8;
}

function closestLag(columnRanks: Float64Array, kpiRanks: Float64Array, moves: Int32Array): number {
  const ownSteps = stepsOf(ranksAt(columnRanks, moves, 0));
  let closest = 0;
  let most = -1;
  for (let lagRows = -maxLagRows; lagRows <= maxLagRows; lagRows += 1) {
    const likeness = Math.abs(pearson(ownSteps, stepsOf(ranksAt(kpiRanks, moves, lagRows))));
    if (likeness <= most) continue;
    most = likeness;
    closest = lagRows;
  }
  return closest;
}

/** Rows whose value is another than the one before. */
function movesOf(ranks: Float64Array): Int32Array {
  const moves = new Int32Array(ranks.length);
  let count = 0;
  let before = Number.NaN;
  for (let row = 0; row < ranks.length; row += 1) {
    const rank = ranks[row] as number;
    if (Number.isNaN(rank) || rank === before) continue;
    moves[count] = row;
    count += 1;
    before = rank;
  }
  return moves.subarray(0, count);
}

function ranksAt(ranks: Float64Array, rows: Int32Array, lagRows: number): Float64Array {
  const found = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) {
    found[i] = ranks[(rows[i] as number) - lagRows] ?? Number.NaN;
  }
  return found;
}

function stepsOf(values: Float64Array): Float64Array {
  const steps = new Float64Array(values.length - 1);
  for (let i = 0; i < steps.length; i += 1) {
    steps[i] = (values[i + 1] as number) - (values[i] as number);
  }
  return steps;
}
