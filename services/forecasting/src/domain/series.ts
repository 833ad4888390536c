/**
 * What a model sees: the KPI on its scale, the load and its phase, one cell a tick, NaN where missing. Cell i is
 * tick `firstTick + i`; a forecast at i looks at cells up to i alone. The same form for a whole
 * profile and for the window of a live slice.
 */
export interface Series {
  readonly firstTick: number;
  readonly length: number;
  readonly kpi: Float64Array;
  readonly load: Float64Array;
  /** Where in the load's cycle it is, in steps; NaN without a cycle, and not looked at before the origin. */
  readonly phase: Float64Array;
}

/** A cell, NaN before the beginning and after the end. */
export function cellAt(cells: Float64Array, index: number): number {
  return cells[index] ?? Number.NaN;
}

/** The newest finite cell among `index` and the `reach` before it, NaN without one. */
export function newestWithin(cells: Float64Array, index: number, reach: number): number {
  for (let i = index; i >= index - reach; i -= 1) {
    const value = cellAt(cells, i);
    if (Number.isFinite(value)) return value;
  }
  return Number.NaN;
}
