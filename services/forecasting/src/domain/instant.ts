import type { Basis } from './basis.ts';
import { designRow } from './design-row.ts';
import type { Series } from './series.ts';

/** One tick to forecast from: what every model is asked about, with what they share worked out once. */
export interface Instant {
  readonly basis: Basis;
  readonly series: Series;
  /** Of the origin in the series; nothing after it is looked at. */
  readonly index: number;
  /** The design row, as `designRow` gives it. */
  row(): Float64Array | null;
}

export function instantAt(basis: Basis, series: Series, index: number): Instant {
  let row: Float64Array | null | undefined;
  return {
    basis,
    series,
    index,
    row() {
      if (row === undefined) row = designRow(basis, series, index);
      return row;
    },
  };
}

/** The instants of a series that stays as it is, each made once. */
export function instantsOf(basis: Basis, series: Series): (index: number) => Instant {
  const made: (Instant | undefined)[] = [];
  return (index) => {
    const instant = made[index] ?? instantAt(basis, series, index);
    made[index] = instant;
    return instant;
  };
}
