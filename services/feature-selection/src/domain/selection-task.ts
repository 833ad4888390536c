import type { Feature, K, SelectionMethod, SelectionReport } from '@slicecast/contracts';

/** A series that may become a feature: values on the task's clock, NaN where there is none. */
export interface Candidate {
  readonly feature: Feature;
  readonly values: Float64Array;
}

export interface SelectionTask {
  /** Instants of the rows, epoch ms, ascending. */
  readonly clock: Float64Array;
  readonly kpi: Float64Array;
  readonly candidates: readonly Candidate[];
  readonly k: K;
  readonly method: SelectionMethod;
  readonly horizonMs: number;
  readonly stepMs: number;
  /** Of the resamples behind the stability. */
  readonly seed: number;
}

/** The report, or in words why there can be none. */
export type SelectionOutcome =
  | { readonly report: SelectionReport }
  | { readonly refused: SelectionRefused };

export interface SelectionRefused {
  readonly code: 'too-few-rows' | 'kpi-constant' | 'no-usable-candidates';
  readonly message: string;
}
