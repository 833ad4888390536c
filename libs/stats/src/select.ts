/**
 * The k-th smallest value (k from 0) by quickselect (Hoare, 1961) with the middle of three as pivot;
 * of the first `count` values, without NaN, and left in another order. O(n) on average.
 */
export function select(values: Float64Array, k: number, count = values.length): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = middleOfThree(
      values[low] as number,
      values[(low + high) >>> 1] as number,
      values[high] as number,
    );
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] as number) < pivot) i += 1;
      while ((values[j] as number) > pivot) j -= 1;
      if (i > j) break;
      const left = values[i] as number;
      values[i] = values[j] as number;
      values[j] = left;
      i += 1;
      j -= 1;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return k < count ? (values[k] ?? Number.NaN) : Number.NaN;
}

function middleOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
