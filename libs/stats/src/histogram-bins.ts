import { sortedQuantile } from './sorted-quantile.ts';

/** Columns cut into few bins of about equally many rows, which is all that a histogram tree looks at. */
export interface HistogramBins {
  readonly rows: number;
  /** For each column its ascending cuts: bin b + 1 holds the values in (cuts[b − 1], cuts[b]]. */
  readonly cuts: readonly Float64Array[];
  /** Column-major, `rows` a column; bin 0 is "missing". */
  readonly bins: Uint8Array;
}

/** `x` is rows × p, row-major, NaN where missing; `mostBins` at most 254. O(p · n log n). */
export function histogramBins(x: Float64Array, p: number, mostBins: number): HistogramBins {
  const rows = x.length / p;
  const bins = new Uint8Array(rows * p);
  const cuts = Array.from({ length: p }, (_, column) => {
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row += 1) values[row] = x[row * p + column] as number;
    const own = cutsOf(values, mostBins);
    for (let row = 0; row < rows; row += 1) {
      bins[column * rows + row] = binOf(own, values[row] as number);
    }
    return own;
  });
  return { rows, cuts, bins };
}

/** The bin of a value: 0 when it is missing, else one more than the cuts below it. O(log cuts). */
export function binOf(cuts: Float64Array, value: number): number {
  if (Number.isNaN(value)) return 0;
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= (cuts[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low + 1;
}

/** Quantiles, each once; the largest value is no cut, for nothing lies above it. */
function cutsOf(values: Float64Array, mostBins: number): Float64Array {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const cuts: number[] = [];
  for (let k = 1; k < mostBins; k += 1) {
    const cut = sortedQuantile(sorted, k / mostBins);
    if (cut > (cuts.at(-1) ?? Number.NEGATIVE_INFINITY) && cut < (sorted.at(-1) ?? cut)) {
      cuts.push(cut);
    }
  }
  return Float64Array.from(cuts);
}
