import type { Basis } from '../basis.ts';
import type { Instant } from '../instant.ts';
import type { Series } from '../series.ts';

/** `live-kpi`: the KPI's past may be used; `x-alone`: the load alone. */
export type Mode = 'live-kpi' | 'x-alone';

/** Rows whose targets lie before `end`; nothing at or beyond it may be looked at. */
export interface TrainingPart {
  readonly series: Series;
  readonly end: number;
  readonly basis: Basis;
  instant(index: number): Instant;
}

/** What a fit leaves behind: plain JSON. */
export type Fitted = Readonly<Record<string, unknown>>;

/** A model's answer, on the KPI's scale. */
export interface Estimate {
  /** The median of the KPI at the target; NaN when what the model must know is missing. */
  readonly middle: number;
  /** How far below and above it the 10 % and the 90 % quantile lie; NaN of a model that does not say. */
  readonly below: number;
  readonly above: number;
}

/**
 * One way of forecasting, on the KPI's scale. A new one is a file beside this and a line in
 * `index.ts`.
 */
export interface Model<F extends Fitted = Fitted> {
  readonly name: string;
  readonly modes: readonly Mode[];
  /** Those to be beaten; never in charge because of their score alone. */
  readonly baseline: boolean;
  /** Whether it may enter a blend. */
  readonly blended: boolean;
  /** Whether a forecast follows the load it is given; a clock alone is lost when the cycle slips. */
  readonly followsLoad: boolean;
  /** How many seconds of the past a forecast looks at. */
  readonly lookBackSeconds: number;
  /** Of one forecast, measured against a linear model's, once the design row is there. */
  readonly work: number;
  /** null when the training part does not hold what it needs (a cycle, enough rows). */
  fit(part: TrainingPart, mode: Mode): F | null;
  /** Of the KPI at the instant + horizon. */
  forecast(fitted: F, instant: Instant): Estimate;
}

/** The answer of a model that says nothing of the spread. */
export function middleOnly(middle: number): Estimate {
  return { middle, below: Number.NaN, above: Number.NaN };
}

/** Nothing can be said: an input that the model needs is missing. */
export const noEstimate: Estimate = middleOnly(Number.NaN);
