import { featureValue } from '@slicecast/stats';
import { type Intake, SeriesBuffer } from './series-buffer.ts';
import type { IdentifiedFeature } from './union-features.ts';

export interface TakenSample {
  readonly series: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: number;
  readonly value: number;
}

interface OfferedSeries {
  readonly hash: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** No feature looks further back than this, whatever its profile said. */
const maxKeepMs = 3_600_000;

/** The newest samples of every series that a slice's features need, as far back as they look. */
export class SampleStore {
  readonly bySeries: ReadonlyMap<string, SeriesBuffer>;
  readonly #keepMs: number;
  #filled = false;

  constructor(features: readonly IdentifiedFeature[]) {
    const looks = features.map(({ feature }) =>
      Math.max(feature.windowMs + feature.maxAgeMs, 4 * (feature.longestUnchangedMs ?? 0)),
    );
    this.#keepMs = Math.min(maxKeepMs, Math.max(0, ...looks));
    this.bySeries = new Map(
      features.map(({ feature }) => [feature.series, new SeriesBuffer(2 * this.#keepMs)]),
    );
  }

  /**
   * From where to ask: the whole look-back of the tick to be closed at first, later only as far as a
   * sample may still be on its way.
   */
  askFrom(now: number, lastTick: number): number {
    if (!this.#filled) return Math.min(now, lastTick) - this.#keepMs;
    return Math.min(now, lastTick) - overlapMs;
  }

  /** Takes what is new, in time order per series, and tells of each sample what became of it. */
  take(
    offered: readonly OfferedSeries[],
    now: number,
    tell: (intake: Intake) => void,
  ): readonly TakenSample[] {
    const taken: TakenSample[] = [];
    for (const { hash, labels, times, values } of offered) {
      const buffer = this.bySeries.get(hash);
      if (buffer === undefined) continue;
      times.forEach((at, index) => {
        const value = values[index] ?? Number.NaN;
        const intake = buffer.add(at, value, now);
        if (intake !== 'duplicate') tell(intake);
        if (intake === 'taken') taken.push({ series: hash, labels, at, value });
      });
    }
    this.#filled = true;
    return taken;
  }

  /** Whether every feature has a fresh sample at the tick. */
  freshAt(features: readonly IdentifiedFeature[], tick: number): boolean {
    return features.every(({ feature }) => {
      const buffer = this.bySeries.get(feature.series);
      if (buffer === undefined) return false;
      return (
        featureValue(buffer.times, buffer.values, buffer.count, tick, feature).state === 'fresh'
      );
    });
  }
}

/** A sample may reach the source so much later than its time. */
const overlapMs = 5000;
