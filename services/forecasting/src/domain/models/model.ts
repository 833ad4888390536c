import type { Basis } from '../basis.ts';
import type { Series } from '../series.ts';

/** `live-kpi`: the KPI's past may be used; `x-alone`: the load alone. */
export type Mode = 'live-kpi' | 'x-alone';

/** Rows whose targets lie before `end`; nothing at or beyond it may be looked at. */
export interface TrainingPart {
  readonly series: Series;
  readonly end: number;
  readonly basis: Basis;
}

/** What a fit leaves behind: plain JSON. */
export type Fitted = Readonly<Record<string, unknown>>;

/**
 * One way of forecasting, on the KPI's scale. A new one is a file beside this and a line in
 * `index.ts`.
 */
export interface Model<F extends Fitted = Fitted> {
  readonly name: string;
  readonly modes: readonly Mode[];
  /** Those to be beaten; never in charge because of their score alone. */
  readonly baseline: boolean;
  /** Whether a forecast follows the load it is given; a clock alone is lost when the cycle slips. */
  readonly followsLoad: boolean;
  /** How many seconds of the past a forecast looks at. */
  readonly lookBackSeconds: number;
  /** null when the training part does not hold what it needs (a cycle, enough rows). */
  fit(part: TrainingPart, mode: Mode): F | null;
  /** The KPI at index + horizon; NaN when what it must know is missing. */
  forecast(fitted: F, basis: Basis, series: Series, index: number): number;
}
