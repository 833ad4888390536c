/** How rows have to be taken for their instants to ascend, each once. */
export interface TimeOrder {
  /** Indexes of the rows kept, by ascending instant. */
  readonly rows: Int32Array;
  /** Rows left out because a later row of the file has the same instant. */
  readonly duplicatesRemoved: number;
  /** Rows that came after a row of a later instant. */
  readonly outOfOrder: number;
}

/** Sorts rows by instant, stable; of equal instants the last row of the file stays. Cost: O(n log n). */
export function timeOrder(at: Float64Array): TimeOrder {
  const sorted = Int32Array.from(at, (_, index) => index);
  const outOfOrder = countOutOfOrder(at);
  if (outOfOrder > 0) sorted.sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b);
  let kept = 0;
  for (let index = 0; index < sorted.length; index += 1) {
    const row = sorted[index] ?? 0;
    const previous = sorted[kept - 1];
    if (previous !== undefined && at[previous] === at[row]) kept -= 1;
    sorted[kept] = row;
    kept += 1;
  }
  return { rows: sorted.subarray(0, kept), duplicatesRemoved: at.length - kept, outOfOrder };
}

/** The values of the rows, in that order. */
export function inOrder(values: Float64Array, { rows }: TimeOrder): Float64Array {
  return Float64Array.from(rows, (row) => values[row] ?? Number.NaN);
}

function countOutOfOrder(at: Float64Array): number {
  let newest = Number.NEGATIVE_INFINITY;
  let count = 0;
  for (const instant of at) {
    if (instant < newest) count += 1;
    else newest = instant;
  }
  return count;
}
