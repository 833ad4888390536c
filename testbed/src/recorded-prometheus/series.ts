import type { Labels } from '@slicecast/contracts';
import type { Moment } from './timeline.ts';

/** A series with one sample a second. */
export interface RecordedSeries {
  readonly labels: Labels;
  /** The sample at that second; undefined where there is none. */
  valueAt(second: number, moment: Moment): number | undefined;
}
