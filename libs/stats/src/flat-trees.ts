import type { RegressionTree } from './regression-tree.ts';

/**
 * The nodes of many trees in one row, as they are walked: a forecast asks hundreds of trees for one leaf each, and finds
 * them in a few pages of memory in place of four arrays a tree.
 */
export interface FlatTrees {
  /** Where each tree's root is. */
  readonly roots: Int32Array;
  /** Column that a node asks for; −1 in a leaf. */
  readonly column: Int32Array;
  /** The node for a value up to the cut, or none; the one after it is for a value above. */
  readonly left: Int32Array;
  /** The cut of a node, the value of a leaf. */
  readonly number: Float64Array;
}

export function flatten(trees: readonly RegressionTree[]): FlatTrees {
  const nodes = trees.reduce((sum, { column }) => sum + column.length, 0);
  const flat = {
    roots: new Int32Array(trees.length),
    column: new Int32Array(nodes),
    left: new Int32Array(nodes),
    number: new Float64Array(nodes),
  };
  let root = 0;
  trees.forEach((tree, t) => {
    flat.roots[t] = root;
    tree.column.forEach((column, node) => {
      const isLeaf = column < 0;
      flat.column[root + node] = column;
      flat.left[root + node] = root + (tree.left[node] ?? 0);
      flat.number[root + node] = (isLeaf ? tree.value[node] : tree.cut[node]) ?? 0;
    });
    root += tree.column.length;
  });
  return flat;
}

/** `start` and the leaves that row `offset`/p of `x` falls into, added in the order of the trees. O(trees · depth). */
export function addLeaves(
  start: number,
  { roots, column, left, number }: FlatTrees,
  x: Float64Array,
  offset: number,
): number {
  let sum = start;
  for (let t = 0; t < roots.length; t += 1) {
    let node = roots[t] as number;
    for (let asked = column[node] as number; asked >= 0; asked = column[node] as number) {
      // A missing value is not above any cut.
      const above = (x[offset + asked] as number) > (number[node] as number);
      node = (left[node] as number) + (above ? 1 : 0);
    }
    sum += number[node] as number;
  }
  return sum;
}
