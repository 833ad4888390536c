import { addLeaves, type FlatTrees, flattenTrees } from './flat-trees.ts';
import { type HistogramBins, histogramBins } from './histogram-bins.ts';
import { growTree, type RegressionTree, type TreeOptions, treeValue } from './regression-tree.ts';
import { seededRandom } from './seeded-random.ts';
import { select } from './select.ts';
import { sortedQuantile } from './sorted-quantile.ts';

export interface BoostOptions extends TreeOptions {
  /** Loss: the pinball loss of this quantile; .5 is the absolute loss. */
  readonly quantile: number;
  readonly trees: number;
  readonly learningRate: number;
  /** Shares of the rows and of the columns that each tree sees. */
  readonly rowShare: number;
  readonly columnShare: number;
  readonly seed: number;
}

/** A start value, and trees whose values are added to it; plain JSON. */
export interface BoostedTrees extends FlatTrees {
  readonly start: number;
}

/** Bins a column: more are slower and find nothing more in noisy data. */
export const treeBins = 40;

/**
 * Stochastic gradient boosting of a quantile (Friedman, 2001 and 2002): each tree is grown on the
 * sign of the residuals of a share of the rows, and each leaf moves by the learning rate towards the
 * quantile of its residuals. `x` row-major, NaN where missing. O(trees · rows · columns).
 */
export function boostTrees(
  x: Float64Array,
  y: Float64Array,
  options: BoostOptions,
  binned: HistogramBins = histogramBins(x, x.length / y.length, treeBins),
): BoostedTrees {
  const { quantile, learningRate } = options;
  const rows = y.length;
  const p = binned.cuts.length;
  const random = seededRandom(options.seed);
  const start = sortedQuantile(Float64Array.from(y).sort(), quantile);
  const residuals = y.map((value) => value - start);
  const gradients = new Float64Array(rows);
  const trees: RegressionTree[] = [];
  const leafValue = (leaf: Int32Array) => {
    const own = new Float64Array(leaf.length);
    for (let k = 0; k < leaf.length; k += 1) own[k] = residuals[leaf[k] as number] as number;
    return learningRate * select(own, Math.floor(quantile * (own.length - 1) + 0.5));
  };
  for (let t = 0; t < options.trees; t += 1) {
    for (let row = 0; row < rows; row += 1) {
      gradients[row] = (residuals[row] as number) > 0 ? quantile : quantile - 1;
    }
    const sample = {
      rows: share(rows, options.rowShare, random),
      columns: Array.from(share(p, options.columnShare, random)),
      gradients,
    };
    const tree = growTree(binned, sample, options, leafValue);
    trees.push(tree);
    for (let row = 0; row < rows; row += 1) {
      residuals[row] = (residuals[row] as number) - treeValue(tree, x, row * p);
    }
  }
  return { start, ...flattenTrees(trees) };
}

/** The quantile for the row of `x` that begins at `offset`. O(trees · depth). */
export function boostedValue(boosted: BoostedTrees, x: Float64Array, offset: number): number {
  return addLeaves(boosted.start, boosted, x, offset);
}

/** Each of 0 … n − 1 with probability `part`, ascending; at least one. */
function share(n: number, part: number, random: () => number): Int32Array {
  const chosen = new Int32Array(n);
  let count = 0;
  for (let k = 0; k < n; k += 1) {
    if (random() >= part) continue;
    chosen[count] = k;
    count += 1;
  }
  return count === 0 ? Int32Array.of(0) : chosen.subarray(0, count);
}
