import type { Metrics } from '@slicecast/platform';
import type { TimedSeries } from '../domain/remote-write/refuse-times.ts';

/** A request that the log has acknowledged. */
export interface WrittenRequest extends TimedSeries {
  /** Of all series, selected or not. */
  readonly samples: number;
}

/** Counts each sample that came, by what became of it. */
export function createWriteCounts(metrics: Metrics): (request: WrittenRequest) => void {
  const help = 'Samples written to the receiver, by what became of them';
  const total = metrics.counter('slicecast_ima_written_samples_total', help, ['outcome']);
  return ({ taken, refused, samples }) => {
    const selected = taken.flatMap((each) => each.samples);
    const stale = selected.filter((sample) => sample.stale).length;
    total.inc({ outcome: 'selected' }, selected.length - stale);
    total.inc({ outcome: 'stale' }, stale);
    total.inc({ outcome: 'not-selected' }, samples - selected.length - refused.length);
    for (const outcome of refused) total.inc({ outcome });
  };
}
