import { leastAbsoluteDeviations, weightedRidge } from '@slicecast/stats';
import { designLookBackSeconds, linearColumns } from '../design-row.ts';
import { cellAt } from '../series.ts';
import { type Model, middleOnly, noEstimate, type TrainingPart } from './model.ts';

/** Columns are centred and scaled before the penalty, which else would fall on units. */
type LinearFit = {
  /** Of the design row, the intercept first. */
  readonly columns: readonly number[];
  readonly centres: readonly number[];
  readonly spreads: readonly number[];
  readonly coefficients: readonly number[];
};

type Solve = (x: Float64Array, y: Float64Array, p: number) => Float64Array;

/** Rows a column, at the least: fewer and the fit follows noise. */
const rowsPerColumn = 3;

/** Least squares with a ridge, on lags of load and KPI. In a blend it would be picked for the bursts that it chased. */
export const ridge = linear('ridge', false, (x, y, p) =>
  weightedRidge(x, y, new Float64Array(y.length).fill(1), p, 0.003 * y.length),
);

/** Least absolute deviations with a ridge, on the same columns: it heeds no outliers. */
export const logLad = linear('log-lad', true, (x, y, p) =>
  leastAbsoluteDeviations(x, y, p, { lambda: 0.003 * y.length }),
);

function linear(name: string, blended: boolean, solve: Solve): Model<LinearFit> {
  return {
    name,
    modes: ['live-kpi', 'x-alone'],
    baseline: false,
    blended,
    followsLoad: true,
    lookBackSeconds: designLookBackSeconds,
    work: 1,
    fit(part, mode) {
      const columns = linearColumns(part.basis, mode);
      const { x, y } = designOf(part, columns);
      const p = columns.length;
      if (y.length < rowsPerColumn * p) return null;
      const { centres, spreads } = standardise(x, p);
      return {
        columns,
        centres: [...centres],
        spreads: [...spreads],
        coefficients: [...solve(x, y, p)],
      };
    },
    forecast({ columns, centres, spreads, coefficients }, instant) {
      const row = instant.row();
      if (row === null) return noEstimate;
      let sum = coefficients[0] ?? 0;
      for (let j = 1; j < columns.length; j += 1) {
        const value = row[columns[j] as number] as number;
        const scaled = clip((value - (centres[j] as number)) / (spreads[j] as number));
        sum += scaled * (coefficients[j] as number);
      }
      return middleOnly(sum);
    },
  };
}

/** Live input may lie far outside of what was trained on; beyond this a line is no guide. */
const clipSpreads = 6;

function clip(value: number): number {
  return Math.max(-clipSpreads, Math.min(clipSpreads, value));
}

/** The rows whose columns and target are there, row-major, `columns` of the design row each. */
export function designOf(
  { series, end, basis, instant }: TrainingPart,
  columns: readonly number[],
): { x: Float64Array; y: Float64Array } {
  const h = basis.horizonSteps;
  const p = columns.length;
  const most = Math.max(0, end - h);
  const x = new Float64Array(most * p);
  const y = new Float64Array(most);
  const last = columns[p - 1] ?? 0;
  let rows = 0;
  for (let i = 0; i < most; i += 1) {
    const target = cellAt(series.kpi, i + h);
    if (!Number.isFinite(target)) continue;
    const row = instant(i).row();
    if (row === null || !Number.isFinite(row[last])) continue;
    for (let j = 0; j < p; j += 1) x[rows * p + j] = row[columns[j] as number] as number;
    y[rows] = target;
    rows += 1;
  }
  return { x: x.subarray(0, rows * p), y: y.subarray(0, rows) };
}

/** Centres and scales every column but the first, in place. */
function standardise(x: Float64Array, p: number) {
  const rows = x.length / p;
  const centres = new Float64Array(p);
  const spreads = new Float64Array(p).fill(1);
  for (let j = 1; j < p; j += 1) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < rows; i += 1) {
      const value = x[i * p + j] as number;
      sum += value;
      squares += value * value;
    }
    const mean = sum / rows;
    const deviation = Math.sqrt(Math.max(0, squares / rows - mean * mean));
    centres[j] = mean;
    spreads[j] = deviation > 1e-9 * (1 + Math.abs(mean)) ? deviation : 1;
    for (let i = 0; i < rows; i += 1) {
      x[i * p + j] = clip(((x[i * p + j] as number) - mean) / (spreads[j] as number));
    }
  }
  return { centres, spreads };
}
