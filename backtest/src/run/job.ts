import type { K } from '@slicecast/contracts';

/** What is asked of a backtest. */
export interface Job {
  readonly horizonSeconds: number;
  readonly test: Test;
  /** Whether the KPI streams; else forecasts are made from X alone. */
  readonly liveKpi: boolean;
  readonly k: K;
  /** P(KPI > bound) is judged as well. */
  readonly bound?: number;
  readonly seed: number;
}

/** `split`: trained on the first share of the rows; `rolling`: anew before each of several parts. */
export type Test =
  | { readonly kind: 'split'; readonly share: number }
  | { readonly kind: 'rolling' };
