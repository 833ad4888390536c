import {
  type BoostedTrees,
  type BoostOptions,
  boostedValue,
  boostTrees,
  createScratch,
  histogramBins,
  treeBins,
} from '@slicecast/stats';
import { designLookBackSeconds, stepwiseColumns } from '../design-row.ts';
import { designOf } from './linear.ts';
import { type Model, noEstimate } from './model.ts';

/** One boosted model a quantile. */
type TreesFit = {
  /** Of the design row. */
  readonly columns: readonly number[];
  readonly middle: BoostedTrees;
  readonly low: BoostedTrees;
  readonly high: BoostedTrees;
};

const fewestRows = 300;
/** Small leaves of heavy-tailed latencies follow noise. */
const shape = { leaves: 6, leafRows: 100, columnShare: 0.5, seed: 1 };
const middleOptions: BoostOptions = {
  ...shape,
  quantile: 0.5,
  trees: 80,
  learningRate: 0.08,
  rowShare: 0.5,
};
/** The spread needs less care than the median, and is smoothed by calibration. */
const edgeOptions = { ...shape, trees: 50, learningRate: 0.12, rowShare: 0.4 };

const room = createScratch();

/** Boosted histogram trees: absolute loss for the median, quantile loss for the 10 and 90 % quantiles. */
export const boostedTrees: Model<TreesFit> = {
  name: 'boosted-trees',
  modes: ['live-kpi', 'x-alone'],
  baseline: false,
  blended: true,
  followsLoad: true,
  lookBackSeconds: designLookBackSeconds,
  work: 8,
  fit(part, mode) {
    const columns = stepwiseColumns(part.basis, mode);
    const { x, y } = designOf(part, columns);
    if (y.length < fewestRows) return null;
    // Of few rows the leaves must be smaller, or there is nothing to split.
    const leafRows = Math.min(shape.leafRows, Math.floor(y.length / 20));
    const binned = histogramBins(x, columns.length, treeBins);
    const boost = (options: BoostOptions) => boostTrees(x, y, { ...options, leafRows }, binned);
    return {
      columns,
      middle: boost(middleOptions),
      low: boost({ ...edgeOptions, quantile: 0.1 }),
      high: boost({ ...edgeOptions, quantile: 0.9 }),
    };
  },
  forecast({ columns, middle, low, high }, instant) {
    const row = instant.row();
    if (row === null) return noEstimate;
    const x = room(columns.length);
    for (let k = 0; k < columns.length; k += 1) x[k] = row[columns[k] as number] as number;
    // The last column is the KPI's, live; without it this is a forecast for another mode.
    if (Number.isNaN(x[columns.length - 1])) return noEstimate;
    const value = boostedValue(middle, x, 0);
    return {
      middle: value,
      below: Math.max(0, value - boostedValue(low, x, 0)),
      above: Math.max(0, boostedValue(high, x, 0) - value),
    };
  },
};
