import type { Labels } from '@slicecast/contracts';

/** Samples of one series, times ascending in epoch ms, as the source has them. */
export interface LiveSeries {
  readonly labels: Labels;
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** What the feed asks of a slice's live source. Rejections are AppErrors with the source's own words. */
export interface LiveMetrics {
  /** Matchers that confine every query of the slice, without braces; may be empty. */
  readonly confinement: string;
  /** Raw samples with fromMs < time <= toMs, with their real times. */
  samples(
    selector: string,
    fromMs: number,
    toMs: number,
    signal: AbortSignal,
  ): Promise<readonly LiveSeries[]>;
  /** The value of an expression at an instant; null when it is empty or has more than one series. */
  valueAt(expression: string, at: number, signal: AbortSignal): Promise<number | null>;
}
