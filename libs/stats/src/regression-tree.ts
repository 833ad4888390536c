import type { HistogramBins } from './histogram-bins.ts';

/** A binary tree as parallel arrays, the root first. */
export interface RegressionTree {
  /** Column that a node asks for; −1 in a leaf. */
  readonly column: readonly number[];
  /** A row whose value is at most this, or missing, goes to `left`, else to the node after `left`. */
  readonly cut: readonly number[];
  readonly left: readonly number[];
  /** Of a leaf; 0 in other nodes. */
  readonly value: readonly number[];
}

export interface TreeOptions {
  readonly leaves: number;
  /** Rows a leaf, at the least. */
  readonly leafRows: number;
}

/** What is missing goes left of it alone; JSON has no infinity. */
const belowAll = -Number.MAX_VALUE;

interface Leaf {
  readonly node: number;
  readonly rows: Int32Array;
  readonly split: Split | undefined;
}

interface Split {
  readonly gain: number;
  readonly column: number;
  /** Rows of bins up to it go left. */
  readonly bin: number;
}

/**
 * Grows a tree on the gradients of `rows`, always splitting the leaf that gains most (best first, as
 * LightGBM does: Ke et al., 2017), by the squared gradient sum a row, over histograms of the columns
 * given. `leafValue` gives a leaf its value from its rows. O(rows · columns · depth).
 */
export function growTree(
  { rows: stride, cuts, bins }: HistogramBins,
  sample: { rows: Int32Array; columns: readonly number[]; gradients: Float64Array },
  options: TreeOptions,
  leafValue: (rows: Int32Array) => number,
): RegressionTree {
  const tree = { column: [-1], cut: [0], left: [0], value: [0] };
  const sums = new Float64Array(256);
  const counts = new Int32Array(256);
  const leafOf = (node: number, rows: Int32Array): Leaf => ({ node, rows, split: search(rows) });
  const search = (rows: Int32Array): Split | undefined => {
    if (rows.length < 2 * options.leafRows) return undefined;
    let best: Split | undefined;
    for (const column of sample.columns) {
      const width = (cuts[column]?.length ?? 0) + 2;
      fill(bins.subarray(column * stride, (column + 1) * stride), rows, sample.gradients, {
        sums,
        counts,
        width,
      });
      const found = bestCut({ sums, counts, width }, options.leafRows);
      if (found !== undefined && found.gain > (best?.gain ?? 0)) best = { ...found, column };
    }
    return best;
  };
  const leaves = [leafOf(0, sample.rows)];
  while (leaves.length < options.leaves) {
    const at = mostGain(leaves);
    const leaf = leaves[at];
    if (leaf?.split === undefined) break;
    const { column, bin } = leaf.split;
    const left = tree.column.length;
    tree.column[leaf.node] = column;
    tree.cut[leaf.node] = cuts[column]?.[bin - 1] ?? belowAll;
    tree.left[leaf.node] = left;
    tree.column.push(-1, -1);
    tree.cut.push(0, 0);
    tree.left.push(0, 0);
    tree.value.push(0, 0);
    const own = bins.subarray(column * stride, (column + 1) * stride);
    const { below, above } = divide(leaf.rows, own, bin);
    leaves.splice(at, 1, leafOf(left, below), leafOf(left + 1, above));
  }
  for (const { node, rows } of leaves) tree.value[node] = leafValue(rows);
  return tree;
}

/** The value of the leaf that row `offset`/p of `x` falls into. O(depth). */
export function treeValue(tree: RegressionTree, x: Float64Array, offset: number): number {
  let node = 0;
  for (;;) {
    const column = tree.column[node] as number;
    if (column < 0) return tree.value[node] as number;
    const value = x[offset + column] as number;
    // A missing value is not above any cut.
    node = (tree.left[node] as number) + (value > (tree.cut[node] as number) ? 1 : 0);
  }
}

interface Histogram {
  readonly sums: Float64Array;
  readonly counts: Int32Array;
  readonly width: number;
}

function fill(
  bins: Uint8Array,
  rows: Int32Array,
  gradients: Float64Array,
  { sums, counts, width }: Histogram,
): void {
  sums.fill(0, 0, width);
  counts.fill(0, 0, width);
  for (let k = 0; k < rows.length; k += 1) {
    const row = rows[k] as number;
    const bin = bins[row] as number;
    sums[bin] = (sums[bin] as number) + (gradients[row] as number);
    counts[bin] = (counts[bin] as number) + 1;
  }
}

/** The rows whose bin is at most `bin`, and the others, each in order. */
function divide(rows: Int32Array, bins: Uint8Array, bin: number) {
  const sides = new Int32Array(rows.length);
  let low = 0;
  let high = rows.length;
  for (let k = 0; k < rows.length; k += 1) {
    const row = rows[k] as number;
    if ((bins[row] as number) <= bin) {
      sides[low] = row;
      low += 1;
    } else {
      high -= 1;
      sides[high] = row;
    }
  }
  return { below: sides.subarray(0, low), above: sides.subarray(low).reverse() };
}

function bestCut({ sums, counts, width }: Histogram, leafRows: number) {
  let total = 0;
  let rows = 0;
  for (let bin = 0; bin < width; bin += 1) {
    total += sums[bin] as number;
    rows += counts[bin] as number;
  }
  const whole = (total * total) / rows;
  let best: { gain: number; bin: number } | undefined;
  let sum = 0;
  let count = 0;
  for (let bin = 0; bin < width - 1; bin += 1) {
    sum += sums[bin] as number;
    count += counts[bin] as number;
    if (count < leafRows) continue;
    if (rows - count < leafRows) break;
    const rest = total - sum;
    const gain = (sum * sum) / count + (rest * rest) / (rows - count) - whole;
    if (gain > (best?.gain ?? 1e-9)) best = { gain, bin };
  }
  return best;
}

/** Of the leaves that can be split; the first of equals. */
function mostGain(leaves: readonly Leaf[]): number {
  let best = 0;
  leaves.forEach(({ split }, at) => {
    if ((split?.gain ?? 0) > (leaves[best]?.split?.gain ?? 0)) best = at;
  });
  return best;
}
