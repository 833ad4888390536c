/**
 * Spearman's ρ over the instants at which both are finite, ties by mean rank; 0 where one of them
 * does not move or fewer than three instants are left. Cost: O(n log n).
 */
export function rankCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const rows: number[] = [];
  for (let index = 0; index < x.length; index += 1) {
    if (Number.isFinite(x[index]) && Number.isFinite(y[index])) rows.push(index);
  }
  if (rows.length < 3) return 0;
  return correlation(
    ranks(Float64Array.from(rows, (row) => x[row] ?? 0)),
    ranks(Float64Array.from(rows, (row) => y[row] ?? 0)),
  );
}

function ranks(values: Float64Array): Float64Array {
  const order = Int32Array.from(values, (_, index) => index).sort(
    (a, b) => (values[a] ?? 0) - (values[b] ?? 0),
  );
  const ranked = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && at(values, order, last + 1) === at(values, order, first)) {
      last += 1;
    }
    for (let index = first; index <= last; index += 1) {
      ranked[order[index] ?? 0] = (first + last) / 2;
    }
    first = last + 1;
  }
  return ranked;
}

function at(values: Float64Array, order: Int32Array, index: number): number | undefined {
  return values[order[index] ?? -1];
}

function correlation(a: Float64Array, b: Float64Array): number {
  const middle = (a.length - 1) / 2;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let index = 0; index < a.length; index += 1) {
    const left = (a[index] ?? 0) - middle;
    const right = (b[index] ?? 0) - middle;
    ab += left * right;
    aa += left * left;
    bb += right * right;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}
