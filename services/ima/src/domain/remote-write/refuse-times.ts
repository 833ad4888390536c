import { futureToleranceMs } from '../series-buffer.ts';
import type { WrittenSample, WrittenSeries } from './read-write-request.ts';

/** Why a sample's time is none that can be taken. */
export type TimeFault = 'from-the-future' | 'before-1970';

export interface TimedSeries {
  readonly taken: readonly WrittenSeries[];
  readonly refused: readonly TimeFault[];
}

/** Parts the samples with a time that nobody should act on, or that no timestamp can hold, from the others. */
export function refuseTimes(series: readonly WrittenSeries[], now: number): TimedSeries {
  const faultOf = ({ at }: WrittenSample): TimeFault | undefined => {
    if (at < 0) return 'before-1970';
    return at > now + futureToleranceMs ? 'from-the-future' : undefined;
  };
  const refused = series.flatMap(({ samples }) =>
    samples.flatMap((sample) => faultOf(sample) ?? []),
  );
  if (refused.length === 0) return { taken: series, refused };
  const taken = series.map((each) => ({
    ...each,
    samples: each.samples.filter((sample) => faultOf(sample) === undefined),
  }));
  return { taken, refused };
}
