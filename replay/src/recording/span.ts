/** Ticks of a recording by index: from <= i < to. */
export interface Span {
  readonly from: number;
  readonly to: number;
}
