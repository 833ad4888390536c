import type { Feature } from '@slicecast/contracts';

/** A series that may become a feature, on the KPI's clock; NaN = missing. */
export interface Candidate {
  readonly feature: Feature;
  readonly values: Float64Array;
}

/** What selection is asked for: the KPI and the candidates on one clock. */
export interface SelectionInput {
  /** Epoch ms, ascending. */
  readonly clock: Float64Array;
  readonly kpi: Float64Array;
  readonly candidates: readonly Candidate[];
  readonly stepMs: number;
  readonly horizonSteps: number;
  readonly k: number | 'auto';
  readonly method: 'forward' | 'f-regression' | 'mutual-information' | 'given';
  readonly seed: number;
}
