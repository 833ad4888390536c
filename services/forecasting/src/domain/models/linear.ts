import { dot, leastAbsoluteDeviations, weightedRidge } from '@slicecast/stats';
import { designLookBackSeconds, designWidth, writeDesignRow } from '../design-row.ts';
import { cellAt } from '../series.ts';
import type { Mode, Model, TrainingPart } from './model.ts';

/** Columns are centred and scaled before the penalty, which else would fall on units. */
type LinearFit = {
  readonly mode: Mode;
  readonly centres: readonly number[];
  readonly spreads: readonly number[];
  readonly coefficients: readonly number[];
};

type Solve = (x: Float64Array, y: Float64Array, p: number) => Float64Array;

/** Rows a column, at the least: fewer and the fit follows noise. */
const rowsPerColumn = 3;

/** Least squares with a ridge, on lags of load and KPI. */
export const ridge = linear('ridge', (x, y, p) =>
  weightedRidge(x, y, new Float64Array(y.length).fill(1), p, 0.003 * y.length),
);

/** Least absolute deviations with a ridge, on the same columns: it heeds no outliers. */
export const logLad = linear('log-lad', (x, y, p) =>
  leastAbsoluteDeviations(x, y, p, { lambda: 0.003 * y.length }),
);

function linear(name: string, solve: Solve): Model<LinearFit> {
  return {
    name,
    modes: ['live-kpi', 'x-alone'],
    baseline: false,
    followsLoad: true,
    lookBackSeconds: designLookBackSeconds,
    fit(part, mode) {
      const p = designWidth(part.basis, mode);
      const { x, y } = designOf(part, mode, p);
      if (y.length < rowsPerColumn * p) return null;
      const { centres, spreads } = standardise(x, p);
      return {
        mode,
        centres: [...centres],
        spreads: [...spreads],
        coefficients: [...solve(x, y, p)],
      };
    },
    forecast(fitted, basis, series, index) {
      const p = fitted.coefficients.length;
      const row = new Float64Array(p);
      if (!writeDesignRow(basis, series, index, fitted.mode, row, 0)) return Number.NaN;
      for (let j = 1; j < p; j += 1) {
        row[j] = clip(((row[j] ?? 0) - (fitted.centres[j] ?? 0)) / (fitted.spreads[j] ?? 1));
      }
      return dot(row, 0, fitted.coefficients);
    },
  };
}

/** Live input may lie far outside of what was trained on; beyond this a line is no guide. */
const clipSpreads = 6;

function clip(value: number): number {
  return Math.max(-clipSpreads, Math.min(clipSpreads, value));
}

/** The rows whose columns and target are there. */
function designOf({ series, end, basis }: TrainingPart, mode: Mode, p: number) {
  const h = basis.horizonSteps;
  const most = Math.max(0, end - h);
  const x = new Float64Array(most * p);
  const y = new Float64Array(most);
  let rows = 0;
  for (let i = 0; i < most; i += 1) {
    const target = cellAt(series.kpi, i + h);
    if (!Number.isFinite(target)) continue;
    if (!writeDesignRow(basis, series, i, mode, x, rows * p)) continue;
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
