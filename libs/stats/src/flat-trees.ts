import type { RegressionTree } from './regression-tree.ts';

/**
 * The nodes of many trees in one row, as they are walked; plain JSON. A forecast asks hundreds of trees for one leaf
 * each: here it finds them in a few pages of memory, and the garbage collector finds four arrays and not thousands.
 */
export interface FlatTrees {
  /** Where each tree's root is. */
  readonly roots: ArrayLike<number>;
  /** Column that a node asks for; −1 in a leaf. */
  readonly column: ArrayLike<number>;
  /** The node for a value up to the cut, or none; the one after it is for a value above. */
  readonly left: ArrayLike<number>;
  /** The cut of a node, the value of a leaf. */
  readonly number: ArrayLike<number>;
}

export function flattenTrees(trees: readonly RegressionTree[]): FlatTrees {
  const roots: number[] = [];
  const column: number[] = [];
  const left: number[] = [];
  const number: number[] = [];
  for (const tree of trees) {
    const root = column.length;
    roots.push(root);
    tree.column.forEach((asked, node) => {
      column.push(asked);
      left.push(root + (tree.left[node] as number));
      number.push((asked < 0 ? tree.value : tree.cut)[node] as number);
    });
  }
  return { roots, column, left, number };
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
